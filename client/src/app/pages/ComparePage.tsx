/** Two backtests side by side; which two is in the address. */
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ResultOf } from 'gql.tada'
import { buttonClasses } from '@/components/Button'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { SelectField } from '@/components/Field'
import { PageHeader } from '@/components/PageHeader'
import { SkeletonRows } from '@/components/Skeleton'
import { ComparisonReport } from '@/features/backtests/ComparisonReport'
import { PairNameFields } from '@/features/pairs/PairName'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatMoment } from '@/lib/dates'
import { useView } from '../useView'

const route = getRouteApi('/backtests/compare')

const ComparableBacktests = graphql(
  `
    query ComparableBacktests {
      backtests(first: 100) {
        nodes {
          id
          createdAt
          pair {
            ...PairNameFields
          }
          spec {
            entry
            exit
          }
          job {
            id
            state
          }
        }
      }
    }
  `,
  [PairNameFields],
)

type Backtest = ResultOf<typeof ComparableBacktests>['backtests']['nodes'][number]

interface Option {
  value: string
  label: string
}

const optionOf = ({ id, pair, spec, createdAt }: Backtest): Option => ({
  value: id,
  label: `${pair.y.symbol}/${pair.x.symbol}, z ${spec.entry} / ${spec.exit}, ${formatMoment(createdAt)}`,
})

/** The options with the chosen one among them, even if it is older than all that are offered. */
function offered(options: readonly Option[], chosen: string | undefined): Option[] {
  const none = chosen === undefined ? [{ value: '', label: 'Choose a backtest' }] : []
  const known = chosen === undefined || options.some(({ value }) => value === chosen)
  return [...none, ...(known ? [] : [{ value: chosen, label: 'An older backtest' }]), ...options]
}

export function ComparePage() {
  const view = useView('/backtests/compare')
  const { a, b } = view
  const navigate = route.useNavigate()
  const { data, problem, again } = useAnswer({
    query: ComparableBacktests,
    requestPolicy: 'cache-and-network',
  })
  const options = data?.backtests.nodes.filter(({ job }) => job.state === 'SUCCEEDED').map(optionOf)
  const choose = (side: 'a' | 'b') => (id: string) =>
    void navigate({ search: { ...view, [side]: id }, replace: true })
  return (
    <>
      <PageHeader
        title="Compare backtests"
        description="What differs between two runs, down to the bar that was restated."
        actions={
          <Link to="/backtests" className={buttonClasses()}>
            All backtests
          </Link>
        }
      />
      <div className="grid gap-6">
        <Card title="Which two">
          {problem && <Failure title="The backtests cannot be shown" message={problem} onRetry={again} />}
          {!options && !problem && <SkeletonRows rows={2} />}
          {options && options.length < 2 && (
            <EmptyState
              title="There are not two yet"
              action={
                <Link to="/pairs" className={buttonClasses('primary')}>
                  Choose a pair
                </Link>
              }
            >
              Only finished backtests can be compared; a pair’s page has the form that starts one.
            </EmptyState>
          )}
          {options && options.length >= 2 && (
            <div className="grid gap-3 sm:grid-cols-2">
              <SelectField label="A" value={a ?? ''} options={offered(options, a)} onValue={choose('a')} />
              <SelectField label="B" value={b ?? ''} options={offered(options, b)} onValue={choose('b')} />
            </div>
          )}
        </Card>
        {a && b && <ComparisonReport a={a} b={b} />}
      </div>
    </>
  )
}
