/** What a job works for, in words and as an address: one row of a list is told from the next by it. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { graphql } from '@/graphql/tada'
import { formatCount } from '@/lib/numbers'
import { kindWord } from './jobStates'

export const SubjectFields = graphql(`
  fragment SubjectFields on Node {
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
`)

export const JobSubjectFields = graphql(
  `
    fragment JobSubjectFields on Job {
      kind
      subject {
        ...SubjectFields
      }
    }
  `,
  [SubjectFields],
)

/** Where a job's subject is shown. */
const ROOMS = {
  Backtest: '/backtests/$id',
  BarImport: '/imports/$id',
  Portfolio: '/portfolios/$id',
  Scan: '/scans/$id',
  Sweep: '/sweeps/$id',
  WalkForward: '/walk-forwards/$id',
} as const

type Subject = ReturnType<typeof readSubject>

const readSubject = (subject: FragmentOf<typeof SubjectFields>) => readFragment(SubjectFields, subject)

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

/** What a row that work is done for is about, such as "KO/PEP", and where it is shown, if anywhere. */
export function describeSubject(masked: FragmentOf<typeof SubjectFields>) {
  const subject = readSubject(masked)
  const { __typename, id } = subject
  const room = __typename in ROOMS ? ROOMS[__typename as keyof typeof ROOMS] : undefined
  return { name: nameOf(subject), page: room && { to: room, params: { id } } }
}

/** What a job is called, such as "Sweep of KO/PEP", and where its subject is shown, if anywhere. */
export function describeJob(job: FragmentOf<typeof JobSubjectFields>) {
  const { kind, subject } = readFragment(JobSubjectFields, job)
  const { name, page } = subject ? describeSubject(subject) : { name: undefined, page: undefined }
  return { title: name === undefined ? kindWord(kind) : `${kindWord(kind)} of ${name}`, page }
}
