/** One scan: live while it runs, its verdict and pairs afterwards, the same at every reload. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { buttonClasses } from '@/components/Button'
import { Card } from '@/components/Card'
import { Failure } from '@/components/Failure'
import { PageHeader } from '@/components/PageHeader'
import { Skeleton } from '@/components/Skeleton'
import { JobPanel, JobPanelFields } from '@/features/jobs/JobPanel'
import { JobStateBadge } from '@/features/jobs/JobStateBadge'
import { useJobUpdates } from '@/features/jobs/useJobUpdates'
import { ScanReport } from '@/features/scans/ScanReport'
import { ScanSpecRecap, ScanSpecRecapFields } from '@/features/scans/ScanSpecRecap'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatMoment, toDay } from '@/lib/dates'
import { NotFoundPage } from './NotFoundPage'

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
  const view = route.useSearch()
  const navigate = route.useNavigate()
  const { data, problem, again } = useAnswer({
    query: ScanQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  })
  const scan = data?.node?.__typename === 'Scan' ? data.node : undefined
  useJobUpdates(scan?.job)
  if (problem) return <Failure title="This scan cannot be shown" message={problem} onRetry={again} />
  if (!data) return <Skeleton className="h-[40rem]" />
  if (!scan) return <NotFoundPage what="such a scan" />
  const { spec, job, createdAt } = scan
  const formation = { start: toDay(spec.formation.start), end: toDay(spec.formation.end) }
  return (
    <>
      <PageHeader
        title={`Scan of ${spec.universe}`}
        heading={
          <span className="flex flex-wrap items-center gap-x-3">
            Scan of {spec.universe} <JobStateBadge state={job.state} />
          </span>
        }
        description={`Started ${formatMoment(createdAt)}`}
        actions={
          <Link to="/scans" className={buttonClasses()}>
            All scans
          </Link>
        }
      />
      <div className="grid gap-6">
        <JobPanel job={job} />
        {job.state === 'SUCCEEDED' && (
          <ScanReport
            id={id}
            formation={formation}
            prices={spec.prices}
            level={spec.level}
            correction={spec.correction}
            view={view}
            onView={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
          />
        )}
        <Card title="What was asked for">
          <ScanSpecRecap scan={scan} />
        </Card>
      </div>
    </>
  )
}
