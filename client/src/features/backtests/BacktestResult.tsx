/** The result of a run that succeeded. It is asked for when the job has ended, so nothing here is ever half a result. */
import { Card } from '@/components/Card'
import { Failure } from '@/components/Failure'
import { Skeleton } from '@/components/Skeleton'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatNumber } from '@/lib/numbers'
import { AttributionCard, AttributionFields } from './AttributionCard'
import { BacktestTrials } from './BacktestTrials'
import { EquityCharts, EquityChartsFields } from './EquityCharts'
import { ExportCard } from './ExportCard'
import { LeakCheckCard, LeakCheckFields } from './LeakCheckCard'
import { ManifestCard, ManifestFields } from './ManifestCard'
import { MetricsGrid, MetricsGridFields } from './MetricsGrid'
import { TradesTable } from './TradesTable'

const BacktestResultQuery = graphql(
  `
    query BacktestResult($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on Backtest {
          hedge {
            beta
            betaLow
            betaHigh
          }
          metrics {
            ...MetricsGridFields
          }
          ...EquityChartsFields
          attribution {
            ...AttributionFields
          }
          leakCheck {
            ...LeakCheckFields
          }
          manifest {
            ...ManifestFields
          }
        }
      }
    }
  `,
  [MetricsGridFields, EquityChartsFields, AttributionFields, LeakCheckFields, ManifestFields],
)

interface BacktestResultProps {
  id: string
  y: string
  x: string
  currency: string
}

export function BacktestResult({ id, y, x, currency }: BacktestResultProps) {
  const { data, problem, again } = useAnswer({ query: BacktestResultQuery, variables: { id } })
  const backtest = data?.node?.__typename === 'Backtest' ? data.node : undefined
  if (problem) return <Failure title="The result cannot be shown" message={problem} onRetry={again} />
  if (!backtest?.metrics) return <Skeleton className="h-[36rem]" />
  const { hedge, metrics, attribution, leakCheck, manifest } = backtest
  const traded = hedge
    ? `β = ${formatNumber(hedge.beta, 3)}, 95%: ${formatNumber(hedge.betaLow, 3)} to ${formatNumber(hedge.betaHigh, 3)}`
    : undefined
  return (
    <>
      <Card title="Equity" hint={traded && `Traded hedge ratio ${traded}`}>
        <EquityCharts backtest={backtest} currency={currency} />
      </Card>
      <Card
        title="Figures"
        hint="After costs. A year has 252 bars, or 365 where a market never closes; days without a position count."
      >
        <MetricsGrid metrics={metrics} currency={currency} />
      </Card>
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <BacktestTrials backtestId={id} />
        {leakCheck && <LeakCheckCard check={leakCheck} />}
      </div>
      {attribution && <AttributionCard attribution={attribution} y={y} x={x} currency={currency} />}
      <TradesTable backtestId={id} y={y} x={x} currency={currency} />
      <ExportCard backtestId={id} />
      {manifest && <ManifestCard manifest={manifest} />}
    </>
  )
}
