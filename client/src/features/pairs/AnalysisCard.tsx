/** What the formation period says about a pair. */
import type { ResultOf } from 'gql.tada'
import { Card } from '@/components/Card'
import { Failure } from '@/components/Failure'
import { Notice } from '@/components/Notice'
import { SkeletonRows } from '@/components/Skeleton'
import { EstimateStat, Stat } from '@/components/Stat'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatCount, formatNumber } from '@/lib/numbers'
import { formatPeriod, toMoments } from '@/lib/periods'
import { CointegrationResult, CointegrationResultFields } from './CointegrationResult'
import type { Estimating } from './estimating'
import { PairNameFields } from './PairName'

const PairAnalysisQuery = graphql(
  `
    query PairAnalysis($id: ID!, $formation: PeriodInput!, $prices: PriceScale!, $hedge: HedgeMethod!) {
      node(id: $id) {
        __typename
        id
        ... on Pair {
          ...PairNameFields
          analysis(formation: $formation, prices: $prices, hedge: $hedge) {
            bars
            hedge {
              beta
              betaLow
              betaHigh
              rSquared
              sameSide
              reason
            }
            engleGranger {
              ...CointegrationResultFields
            }
            engleGrangerReversed {
              ...CointegrationResultFields
            }
            halfLife {
              value
              low
              high
              reason
            }
            correlation
          }
        }
      }
    }
  `,
  [PairNameFields, CointegrationResultFields],
)

type PairData = Extract<ResultOf<typeof PairAnalysisQuery>['node'], { __typename: 'Pair' }>

function Figures({ y, x, analysis }: PairData) {
  const { hedge, engleGranger, engleGrangerReversed, halfLife, correlation } = analysis
  return (
    <div className="grid gap-5">
      <dl className="grid grid-cols-2 gap-x-5 gap-y-4">
        <EstimateStat
          name="Hedge ratio β"
          estimate={{ value: hedge.beta, low: hedge.betaLow, high: hedge.betaHigh, reason: hedge.reason }}
          write={(value) => formatNumber(value, 3)}
        />
        <EstimateStat name="Half-life, bars" estimate={halfLife} write={(value) => formatNumber(value, 1)} />
        <EstimateStat
          name="R²"
          estimate={{ value: hedge.rSquared, reason: hedge.reason }}
          write={(value) => formatNumber(value, 3)}
        />
        {correlation === null ? (
          <Stat name="Correlation of changes" value="—" detail="A leg never changes" />
        ) : (
          <Stat name="Correlation of changes" value={formatNumber(correlation, 3)} />
        )}
      </dl>
      {hedge.sameSide && (
        <Notice tone="warning" title="β is negative">
          Both legs would be bought, or both sold short: that is no hedge in the usual sense.
        </Notice>
      )}
      <div className="grid gap-4 border-t border-line pt-4">
        <CointegrationResult title={`${y.symbol} on ${x.symbol}`} test={engleGranger} />
        <CointegrationResult title={`${x.symbol} on ${y.symbol}`} test={engleGrangerReversed} />
        <p className="text-xs text-muted">
          Engle–Granger, with a constant. Null hypothesis: not cointegrated. Among 20 unrelated pairs, one
          passes at 5% by chance.
        </p>
      </div>
    </div>
  )
}

export function AnalysisCard({ pairId, formation, prices, hedge }: Estimating) {
  const variables = {
    id: pairId,
    formation: toMoments(formation),
    prices,
    hedge,
  }
  const { data, problem, fetching, again } = useAnswer({ query: PairAnalysisQuery, variables })
  const pair = data?.node?.__typename === 'Pair' ? data.node : undefined
  const bars = pair ? ` · ${formatCount(pair.analysis.bars)} bars` : ''
  return (
    <Card title="Analysis" hint={`Formation ${formatPeriod(formation)}${bars}`}>
      {problem && <Failure title="No analysis" message={problem} onRetry={again} />}
      {pair && <Figures {...pair} />}
      {!pair && !problem && fetching && <SkeletonRows rows={6} />}
    </Card>
  )
}
