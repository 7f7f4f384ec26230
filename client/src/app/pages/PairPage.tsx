/** One pair: prices and spread, what the formation period says, and its backtests. */
import { getRouteApi, Link } from '@tanstack/react-router'
import type { FragmentOf, ResultOf } from 'gql.tada'
import { useState } from 'react'
import { buttonClasses } from '@/components/Button'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { Notice } from '@/components/Notice'
import { PageHeader } from '@/components/PageHeader'
import { Skeleton } from '@/components/Skeleton'
import { BacktestRowFields, BacktestTable } from '@/features/backtests/BacktestTable'
import { DEFAULT_BANDS, StartBacktestForm } from '@/features/backtests/StartBacktestForm'
import { WatchCard } from '@/features/live/WatchCard'
import { AnalysisCard } from '@/features/pairs/AnalysisCard'
import { CreatePairButton } from '@/features/pairs/CreatePairButton'
import { FurtherStatistics } from '@/features/pairs/FurtherStatistics'
import { PairCharts } from '@/features/pairs/PairCharts'
import { PairName } from '@/features/pairs/PairName'
import { PairTags, PairTagsFields } from '@/features/pairs/PairTags'
import { PeriodForm } from '@/features/pairs/PeriodForm'
import { type PairSearch, readPairSearch } from '@/features/pairs/pairSearch'
import { RemovePairButton } from '@/features/pairs/RemovePairButton'
import { PairScans } from '@/features/scans/PairScans'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { commonHistory, type Period, periodsOf, presets, searchOf } from '@/lib/periods'
import { useView } from '../useView'

const route = getRouteApi('/pairs/$y/$x')

const PairQuery = graphql(
  `
    query Pair($y: String!, $x: String!) {
      pair(y: $y, x: $x) {
        id
        note
        ...PairTagsFields
        y {
          id
          symbol
          name
          currency
          firstBar
          lastBar
        }
        x {
          id
          symbol
          name
          firstBar
          lastBar
        }
        backtests(first: 20) {
          nodes {
            id
            ...BacktestRowFields
          }
        }
      }
    }
  `,
  [BacktestRowFields, PairTagsFields],
)

type Pair = NonNullable<ResultOf<typeof PairQuery>['pair']>

function Backtests({
  backtests,
}: {
  backtests: readonly (FragmentOf<typeof BacktestRowFields> & { id: string })[]
}) {
  return (
    <Card title="Backtests of this pair" flush>
      {backtests.length > 0 ? <BacktestTable backtests={backtests} /> : <EmptyState title="None yet" />}
    </Card>
  )
}

function Research({ pair, history }: { pair: Pair; history: Period }) {
  const search = useView('/pairs/$y/$x')
  const navigate = route.useNavigate()
  const onChange = (change: PairSearch) =>
    void navigate({ search: (now) => readPairSearch({ ...now, ...change }), replace: true })
  const [bands, setBands] = useState(DEFAULT_BANDS)
  const [standard] = presets(history)
  if (!standard) return null
  const periods = periodsOf(search, standard.periods)
  const { prices = 'LOG', hedge = 'OLS' } = search
  const estimating = { pairId: pair.id, formation: periods.formation, prices, hedge }
  return (
    <div className="grid gap-6">
      <Card title="Periods" hint="Estimate on formation, trade afterwards.">
        <PeriodForm
          history={history}
          periods={periods}
          prices={prices}
          hedge={hedge}
          onPeriods={(chosen) => onChange(searchOf(chosen))}
          onPrices={(chosen) => onChange({ prices: chosen })}
          onHedge={(chosen) => onChange({ hedge: chosen })}
        />
      </Card>
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <Card title="Prices and spread">
          <PairCharts pairId={pair.id} periods={periods} prices={prices} hedge={hedge} bands={bands} />
        </Card>
        <AnalysisCard {...estimating} />
      </div>
      <FurtherStatistics estimating={estimating} until={periods.trading.end} />
      <WatchCard estimating={estimating} bands={bands} />
      <PairScans pairId={pair.id} />
      <div id="backtest" className="min-w-0">
        <Card
          title="New backtest"
          hint="A signal at one close is filled at the next, with costs."
          actions={
            <Link
              to="/sweeps"
              search={{ ...search, pair: `${pair.y.symbol}/${pair.x.symbol}` }}
              className={buttonClasses('secondary', 'small')}
            >
              Sweep many parameters
            </Link>
          }
        >
          <StartBacktestForm
            pairId={pair.id}
            periods={periods}
            prices={prices}
            hedge={hedge}
            currency={pair.y.currency}
            onBands={setBands}
          />
        </Card>
      </div>
      <Backtests backtests={pair.backtests.nodes} />
    </div>
  )
}

export function PairPage() {
  const { y, x } = route.useParams()
  const { data, problem, again } = useAnswer({ query: PairQuery, variables: { y, x } })
  if (problem) return <Failure title={`${y}/${x}`} message={problem} onRetry={again} />
  if (!data) return <Skeleton className="h-[40rem]" />
  const { pair } = data
  if (!pair) {
    return (
      <>
        <PageHeader title={`${y}/${x}`} heading={<PairName y={y} x={x} />} />
        <EmptyState title={`You don’t keep ${y}/${x}`} action={<CreatePairButton y={y} x={x} />}>
          Keep it to see its spread and to test it.
        </EmptyState>
      </>
    )
  }
  const history = commonHistory(pair.y, pair.x)
  return (
    <>
      <PageHeader
        title={`${pair.y.symbol}/${pair.x.symbol}`}
        heading={<PairName y={pair.y.symbol} x={pair.x.symbol} />}
        description={
          <p>
            {[pair.y, pair.x].map(({ symbol, name }, leg) => (
              <span key={symbol}>
                {leg === 1 && ' · '}
                <Link to="/instruments/$symbol" params={{ symbol }} className="hover:underline">
                  {name}
                </Link>
              </span>
            ))}
          </p>
        }
        actions={
          <>
            <RemovePairButton id={pair.id} name={`${pair.y.symbol}/${pair.x.symbol}`} />
            {history && (
              <a href="#backtest" className={buttonClasses('primary')}>
                New backtest
              </a>
            )}
          </>
        }
      />
      {pair.note && <p className="mb-5 max-w-prose whitespace-pre-line text-muted">{pair.note}</p>}
      <PairTags pair={pair} />
      {history ? (
        <Research pair={pair} history={history} />
      ) : (
        <Notice tone="warning" title="Nothing to compare">
          These instruments have no daily bars on the same days.
        </Notice>
      )}
    </>
  )
}
