/** The figures of a run; one without a value says why. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { EstimateStat, Stat, StatGrid } from '@/components/Stat'
import { EstimateFields } from '@/graphql/estimates'
import { graphql } from '@/graphql/tada'
import {
  formatCount,
  formatMoney,
  formatNumber,
  formatPercent,
  formatProfit,
  formatSignedPercent,
  tone,
} from '@/lib/numbers'

export const MetricsGridFields = graphql(
  `
    fragment MetricsGridFields on Metrics {
      totalReturn { ...EstimateFields }
      cagr { ...EstimateFields }
      volatility { ...EstimateFields }
      sharpe { ...EstimateFields }
      sortino { ...EstimateFields }
      calmar { ...EstimateFields }
      maxDrawdown { ...EstimateFields }
      maxDrawdownBars
      valueAtRisk { ...EstimateFields }
      conditionalValueAtRisk { ...EstimateFields }
      exposure { ...EstimateFields }
      grossExposure { ...EstimateFields }
      turnover { ...EstimateFields }
      trades
      winRate { ...EstimateFields }
      averageTrade { ...EstimateFields }
      profitFactor { ...EstimateFields }
      breakEvenCostBps { ...EstimateFields }
      commission
      slippage
    }
  `,
  [EstimateFields],
)

interface MetricsGridProps {
  metrics: FragmentOf<typeof MetricsGridFields>
  currency: string
}

const percent = (value: number) => formatPercent(value)
const signed = (value: number) => formatSignedPercent(value)
const ratio = (value: number) => formatNumber(value)

export function MetricsGrid({ metrics: masked, currency }: MetricsGridProps) {
  const metrics = readFragment(MetricsGridFields, masked)
  const profit = (value: number) => formatProfit(value, currency)
  return (
    <StatGrid>
      <EstimateStat
        name="Total return"
        estimate={metrics.totalReturn}
        write={signed}
        tone={tone(metrics.totalReturn.value)}
      />
      <EstimateStat
        name="Growth per year"
        estimate={metrics.cagr}
        write={signed}
        tone={tone(metrics.cagr.value)}
      />
      <EstimateStat name="Sharpe ratio" estimate={metrics.sharpe} write={ratio} />
      <EstimateStat name="Volatility per year" estimate={metrics.volatility} write={percent} />
      <EstimateStat name="Deepest drawdown" estimate={metrics.maxDrawdown} write={signed} />
      <Stat name="Longest drawdown" value={`${formatCount(metrics.maxDrawdownBars)} bars`} />
      <EstimateStat name="Sortino ratio" estimate={metrics.sortino} write={ratio} />
      <EstimateStat name="Calmar ratio" estimate={metrics.calmar} write={ratio} />
      <EstimateStat name="Value at risk, 5%" estimate={metrics.valueAtRisk} write={signed} />
      <EstimateStat name="Mean loss beyond it" estimate={metrics.conditionalValueAtRisk} write={signed} />
      <Stat name="Closed trades" value={formatCount(metrics.trades)} />
      <EstimateStat name="Winning trades" estimate={metrics.winRate} write={percent} />
      <EstimateStat
        name="Mean trade"
        estimate={metrics.averageTrade}
        write={profit}
        tone={tone(metrics.averageTrade.value)}
      />
      <EstimateStat name="Profit factor" estimate={metrics.profitFactor} write={ratio} />
      <EstimateStat name="Time in the market" estimate={metrics.exposure} write={percent} />
      <EstimateStat
        name="Gross exposure"
        estimate={metrics.grossExposure}
        write={(value) => `${ratio(value)} ×`}
      />
      <EstimateStat name="Turnover" estimate={metrics.turnover} write={(value) => `${ratio(value)} ×`} />
      <EstimateStat
        name="Break-even cost"
        estimate={metrics.breakEvenCostBps}
        write={(value) => `${formatNumber(value, 1)} bps`}
      />
      <Stat name="Commission paid" value={formatMoney(metrics.commission, currency)} />
      <Stat name="Slippage paid" value={formatMoney(metrics.slippage, currency)} />
    </StatGrid>
  )
}
