/** One backtest: live while it runs, its result afterwards, the same at every reload. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { buttonClasses } from '@/components/Button'
import { Card } from '@/components/Card'
import { Failure } from '@/components/Failure'
import { PageHeader } from '@/components/PageHeader'
import { Skeleton } from '@/components/Skeleton'
import { BacktestResult } from '@/features/backtests/BacktestResult'
import { SpecRecap, SpecRecapFields } from '@/features/backtests/SpecRecap'
import { JobPanel, JobPanelFields } from '@/features/jobs/JobPanel'
import { JobStateBadge } from '@/features/jobs/JobStateBadge'
import { useJobUpdates } from '@/features/jobs/useJobUpdates'
import { PairName } from '@/features/pairs/PairName'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatMoment } from '@/lib/dates'
import { NotFoundPage } from './NotFoundPage'

const route = getRouteApi('/backtests/$id')

const BacktestQuery = graphql(
  `
    query Backtest($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on Backtest {
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
            ...SpecRecapFields
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
  [SpecRecapFields, JobPanelFields],
)

export function BacktestPage() {
  const { id } = route.useParams()
  const { data, problem, again } = useAnswer({
    query: BacktestQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  })
  const backtest = data?.node?.__typename === 'Backtest' ? data.node : undefined
  useJobUpdates(backtest?.job)
  if (problem) return <Failure title="This backtest cannot be shown" message={problem} onRetry={again} />
  if (!data) return <Skeleton className="h-[40rem]" />
  if (!backtest) return <NotFoundPage what="such a backtest" />
  const { pair, spec, job, createdAt } = backtest
  const [y, x] = [pair.y.symbol, pair.x.symbol]
  return (
    <>
      <PageHeader
        title={`Backtest of ${y}/${x}`}
        heading={
          <span className="flex flex-wrap items-center gap-x-3">
            Backtest of
            <Link to="/pairs/$y/$x" params={{ y, x }} className="hover:underline">
              <PairName y={y} x={x} />
            </Link>
            <JobStateBadge state={job.state} />
          </span>
        }
        description={`Started ${formatMoment(createdAt)}`}
        actions={
          job.state === 'SUCCEEDED' && (
            <Link to="/backtests/compare" search={{ a: id }} className={buttonClasses()}>
              Compare with another
            </Link>
          )
        }
      />
      <div className="grid gap-6">
        <JobPanel job={job} />
        {job.state === 'SUCCEEDED' && <BacktestResult id={id} y={y} x={x} currency={pair.y.currency} />}
        <Card title="What was asked for">
          <SpecRecap spec={spec} currency={pair.y.currency} />
        </Card>
      </div>
    </>
  )
}
