/** One scan: live while it runs, its verdict and pairs afterwards, the same at every reload. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { buttonClasses } from '@/components/Button'
import { JobPanelFields } from '@/features/jobs/JobPanel'
import { ScanReport } from '@/features/scans/ScanReport'
import { ScanSpecRecap, ScanSpecRecapFields } from '@/features/scans/ScanSpecRecap'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { toDay } from '@/lib/dates'
import { useView } from '../useView'
import { RunPage, RunView } from './RunPage'

const route = getRouteApi('/scans/$id')

const ScanQuery = graphql(
  `
    query Scan($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on Scan {
          createdAt
          spec {
            universe
            formation {
              start
              end
            }
            prices
            level
            correction
          }
          job {
            id
            state
            ...JobPanelFields
          }
          ...ScanSpecRecapFields
        }
      }
    }
  `,
  [JobPanelFields, ScanSpecRecapFields],
)

export function ScanPage() {
  const { id } = route.useParams()
  const view = useView('/scans/$id')
  const navigate = route.useNavigate()
  const answer = useAnswer({ query: ScanQuery, variables: { id }, requestPolicy: 'cache-and-network' })
  const node = answer.data?.node
  return (
    <RunPage what="scan" answer={answer} run={node?.__typename === 'Scan' ? node : undefined}>
      {(scan) => (
        <RunView
          run={scan}
          title={`Scan of ${scan.spec.universe}`}
          actions={
            <Link to="/scans" className={buttonClasses()}>
              All scans
            </Link>
          }
          result={
            <ScanReport
              id={id}
              formation={{ start: toDay(scan.spec.formation.start), end: toDay(scan.spec.formation.end) }}
              prices={scan.spec.prices}
              level={scan.spec.level}
              correction={scan.spec.correction}
              view={view}
              onView={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
            />
          }
          recap={<ScanSpecRecap scan={scan} />}
        />
      )}
    </RunPage>
  )
}
