/** The result of a walk-forward that succeeded. It is asked for when the job has ended, so nothing here is half a result. */
import { Card } from '@/components/Card'
import { Failure } from '@/components/Failure'
import { Skeleton } from '@/components/Skeleton'
import { EstimateStat, Stat, StatGrid } from '@/components/Stat'
import { TrialsCard, TrialsFields } from '@/features/campaigns/TrialsCard'
import { EstimateFields } from '@/graphql/estimates'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatCount, formatNumber, formatSignedPercent, tone } from '@/lib/numbers'
import { WalkEquity, WalkEquityFields } from './WalkEquity'
import { WalkStepFields, WalkSteps } from './WalkSteps'
import { describeDecay } from './walkWords'

const WalkReportQuery = graphql(
  `
    query WalkReport($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on WalkForward {
          summary {
            steps
            tried
            trades
            totalReturn { ...EstimateFields }
            sharpe { ...EstimateFields }
            maxDrawdown { ...EstimateFields }
            inSampleSharpe { ...EstimateFields }
          }
          trials {
            ...TrialsFields
          }
          steps {
            ...WalkStepFields
          }
          ...WalkEquityFields
        }
      }
    }
  `,
  [EstimateFields, TrialsFields, WalkStepFields, WalkEquityFields],
)

const ratio = (value: number) => formatNumber(value)
const signed = (value: number) => formatSignedPercent(value)

export function WalkReport({ id }: { id: string }) {
  const { data, problem, again } = useAnswer({ query: WalkReportQuery, variables: { id } })
  const walk = data?.node?.__typename === 'WalkForward' ? data.node : undefined
  if (problem) return <Failure title="The result cannot be shown" message={problem} onRetry={again} />
  if (!walk?.summary) return <Skeleton className="h-[36rem]" />
  const { summary, trials, steps } = walk
  return (
    <>
      <Card title="Out of sample" hint="Every figure is of bars that no choice knew.">
        <p className="mb-4 max-w-prose">{describeDecay(summary.inSampleSharpe, summary.sharpe)}</p>
        <StatGrid>
          <EstimateStat
            name="Total return"
            estimate={summary.totalReturn}
            write={signed}
            tone={tone(summary.totalReturn.value)}
          />
          <EstimateStat name="Sharpe ratio" estimate={summary.sharpe} write={ratio} />
          <EstimateStat name="Sharpe where chosen" estimate={summary.inSampleSharpe} write={ratio} />
          <EstimateStat name="Deepest drawdown" estimate={summary.maxDrawdown} write={signed} />
          <Stat name="Trades" value={formatCount(summary.trades)} />
          <Stat name="Steps" value={formatCount(summary.steps)} />
          <Stat
            name="Tested to choose"
            value={formatCount(summary.tried)}
            detail="Pairs and parameter sets, on formation periods"
          />
        </StatGrid>
      </Card>
      <Card title="Equity">
        <WalkEquity walk={walk} />
      </Card>
      {trials && (
        <TrialsCard trials={trials} whose="this walk; what its steps tested on their past is not counted" />
      )}
      <WalkSteps steps={steps} />
    </>
  )
}
