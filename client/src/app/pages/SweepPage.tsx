/** One sweep: live while it runs, its map and best sets afterwards, the same at every reload. */
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ResultOf } from 'gql.tada'
import { buttonClasses } from '@/components/Button'
import { Card } from '@/components/Card'
import { Failure } from '@/components/Failure'
import { PageHeader } from '@/components/PageHeader'
import { Skeleton } from '@/components/Skeleton'
import { JobPanel, JobPanelFields } from '@/features/jobs/JobPanel'
import { JobStateBadge } from '@/features/jobs/JobStateBadge'
import { useJobUpdates } from '@/features/jobs/useJobUpdates'
import { PairName } from '@/features/pairs/PairName'
import { SweepReport } from '@/features/sweeps/SweepReport'
import { SweepSpecFields, SweepSpecRecap } from '@/features/sweeps/SweepSpecRecap'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatMoment } from '@/lib/dates'
import { NotFoundPage } from './NotFoundPage'

const route = getRouteApi('/sweeps/$id')

const SweepQuery = graphql(
  `
    query Sweep($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on Sweep {
          createdAt
          pair {
            id
            y {
              id
              symbol
              currency
            }
            x {
              id
              symbol
            }
          }
          spec {
            formation {
              start
              end
            }
            trading {
              start
              end
            }
            prices
            gross
            capital
            hedge
            window
            entry
            exit
            stop
            maxHold
            costBps
          }
          job {
            id
            state
            ...JobPanelFields
          }
          ...SweepSpecFields
        }
      }
    }
  `,
  [JobPanelFields, SweepSpecFields],
)

type Sweep = Extract<ResultOf<typeof SweepQuery>['node'], { __typename: 'Sweep' }>

const contextOf = ({ id, pair, spec }: Sweep) => ({
  sweepId: id,
  pairId: pair.id,
  formation: spec.formation,
  trading: spec.trading,
  prices: spec.prices,
  gross: spec.gross,
  capital: spec.capital,
})

export function SweepPage() {
  const { id } = route.useParams()
  const view = route.useSearch()
  const navigate = route.useNavigate()
  const { data, problem, again } = useAnswer({
    query: SweepQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  })
  const sweep = data?.node?.__typename === 'Sweep' ? data.node : undefined
  useJobUpdates(sweep?.job)
  if (problem) return <Failure title="This sweep cannot be shown" message={problem} onRetry={again} />
  if (!data) return <Skeleton className="h-[40rem]" />
  if (!sweep) return <NotFoundPage what="such a sweep" />
  const { pair, job, createdAt } = sweep
  const [y, x] = [pair.y.symbol, pair.x.symbol]
  return (
    <>
      <PageHeader
        title={`Sweep of ${y}/${x}`}
        heading={
          <span className="flex flex-wrap items-center gap-x-3">
            Sweep of
            <Link to="/pairs/$y/$x" params={{ y, x }} className="hover:underline">
              <PairName y={y} x={x} />
            </Link>
            <JobStateBadge state={job.state} />
          </span>
        }
        description={`Started ${formatMoment(createdAt)}`}
        actions={
          <Link to="/sweeps" className={buttonClasses()}>
            All sweeps
          </Link>
        }
      />
      <div className="grid gap-6">
        <JobPanel job={job} />
        {job.state === 'SUCCEEDED' && (
          <SweepReport
            context={contextOf(sweep)}
            values={sweep.spec}
            view={view}
            onView={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
          />
        )}
        <Card title="What was asked for">
          <SweepSpecRecap sweep={sweep} currency={pair.y.currency} />
        </Card>
      </div>
    </>
  )
}
