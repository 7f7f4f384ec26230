/** What a job works for, in words and as an address: one row of a list is told from the next by it. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { graphql } from '@/graphql/tada'
import { formatCount } from '@/lib/numbers'
import { kindWord } from './jobStates'

export const JobSubjectFields = graphql(`
  fragment JobSubjectFields on Job {
    kind
    subject {
      __typename
      id
      ... on Backtest {
        pair {
          id
          y {
            id
            symbol
          }
          x {
            id
            symbol
          }
        }
      }
      ... on Sweep {
        pair {
          id
          y {
            id
            symbol
          }
          x {
            id
            symbol
          }
        }
      }
      ... on Scan {
        spec {
          universe
        }
      }
      ... on WalkForward {
        spec {
          universe
        }
      }
      ... on Portfolio {
        pairCount
      }
      ... on BarImport {
        fileName
      }
    }
  }
`)

/** Where a job's subject is shown. */
const ROOMS = {
  Backtest: '/backtests/$id',
  BarImport: '/imports/$id',
  Portfolio: '/portfolios/$id',
  Scan: '/scans/$id',
  Sweep: '/sweeps/$id',
  WalkForward: '/walk-forwards/$id',
} as const

type Subject = NonNullable<ReturnType<typeof readSubject>['subject']>

const readSubject = (job: FragmentOf<typeof JobSubjectFields>) => readFragment(JobSubjectFields, job)

function nameOf(subject: Subject): string | undefined {
  switch (subject.__typename) {
    case 'Backtest':
    case 'Sweep':
      return `${subject.pair.y.symbol}/${subject.pair.x.symbol}`
    case 'Scan':
    case 'WalkForward':
      return subject.spec.universe
    case 'Portfolio':
      return `${formatCount(subject.pairCount)} pairs`
    case 'BarImport':
      return subject.fileName
    default:
      return undefined
  }
}

/** What a job is called, such as "Sweep of KO/PEP", and where its subject is shown, if anywhere. */
export function describeJob(job: FragmentOf<typeof JobSubjectFields>) {
  const { kind, subject } = readSubject(job)
  const name = subject ? nameOf(subject) : undefined
  const title = name === undefined ? kindWord(kind) : `${kindWord(kind)} of ${name}`
  const typename = subject?.__typename
  const room = typename !== undefined && typename in ROOMS ? ROOMS[typename as keyof typeof ROOMS] : undefined
  return { title, page: room && subject ? { to: room, params: { id: subject.id } } : undefined }
}
