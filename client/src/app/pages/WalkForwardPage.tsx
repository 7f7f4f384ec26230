/** One walk-forward: live while it runs, its result afterwards, the same at every reload. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { buttonClasses } from '@/components/Button'
import { Card } from '@/components/Card'
import { Failure } from '@/components/Failure'
import { PageHeader } from '@/components/PageHeader'
import { Skeleton } from '@/components/Skeleton'
import { JobPanel, JobPanelFields } from '@/features/jobs/JobPanel'
import { JobStateBadge } from '@/features/jobs/JobStateBadge'
import { useJobUpdates } from '@/features/jobs/useJobUpdates'
import { WalkReport } from '@/features/walk_forwards/WalkReport'
import { WalkSpecFields, WalkSpecRecap } from '@/features/walk_forwards/WalkSpecRecap'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatMoment } from '@/lib/dates'
import { NotFoundPage } from './NotFoundPage'

const route = getRouteApi('/walk-forwards/$id')

const WalkForwardQuery = graphql(
  `
    query WalkForward($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on WalkForward {
          createdAt
          spec {
            universe
            ...WalkSpecFields
          }
          job {
            id
            state
            ...JobPanelFields
          }
        }
      }
    }
  `,
  [JobPanelFields, WalkSpecFields],
)

export function WalkForwardPage() {
  const { id } = route.useParams()
  const { data, problem, again } = useAnswer({
    query: WalkForwardQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  })
  const walk = data?.node?.__typename === 'WalkForward' ? data.node : undefined
  useJobUpdates(walk?.job)
  if (problem) return <Failure title="This walk-forward cannot be shown" message={problem} onRetry={again} />
  if (!data) return <Skeleton className="h-[40rem]" />
  if (!walk) return <NotFoundPage what="such a walk-forward" />
  const { spec, job, createdAt } = walk
  return (
    <>
      <PageHeader
        title={`Walk-forward of ${spec.universe}`}
        heading={
          <span className="flex flex-wrap items-center gap-x-3">
            Walk-forward of {spec.universe} <JobStateBadge state={job.state} />
          </span>
        }
        description={`Started ${formatMoment(createdAt)}`}
        actions={
          <Link to="/walk-forwards" className={buttonClasses()}>
            All walk-forwards
          </Link>
        }
      />
      <div className="grid gap-6">
        <JobPanel job={job} />
        {job.state === 'SUCCEEDED' && <WalkReport id={id} />}
        <Card title="What was asked for">
          <WalkSpecRecap spec={spec} />
        </Card>
      </div>
    </>
  )
}
