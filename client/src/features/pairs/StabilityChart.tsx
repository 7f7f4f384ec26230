/** The relation over windows that move through the formation period: p, half-life and β of each. */
import type { ResultOf } from 'gql.tada'
import { useMemo } from 'react'
import type { ChartPane, Level } from '@/components/charts/panes'
import { TimeChart } from '@/components/charts/TimeChart'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { Skeleton } from '@/components/Skeleton'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatCount, formatNumber, formatPercent } from '@/lib/numbers'
import { toMoments } from '@/lib/periods'
import { toPoints } from '@/lib/series'
import type { Estimating } from './estimating'

const StabilityQuery = graphql(`
  query Stability($id: ID!, $formation: PeriodInput!, $prices: PriceScale!, $hedge: HedgeMethod!) {
    node(id: $id) {
      __typename
      id
      ... on Pair {
        analysis(formation: $formation, prices: $prices, hedge: $hedge) {
          stability {
            window
            time
            pValue
            hedgeRatio
            halfLife
            reason
          }
        }
      }
    }
  }
`)

type PairData = Extract<ResultOf<typeof StabilityQuery>['node'], { __typename: 'Pair' }>
type Stability = PairData['analysis']['stability']

const LEVELS: readonly Level[] = [{ pane: 0, value: 0.05, label: '5%' }]
const CHART_HEIGHT = 'h-[30rem]'

function toPanes({ time, pValue, halfLife, hedgeRatio }: Stability): ChartPane[] {
  const pane = (
    title: string,
    name: string,
    color: string,
    values: Stability['pValue'],
    count: number,
  ): ChartPane => ({
    title,
    series: [{ name, color, points: toPoints(time, values), write: (value) => formatNumber(value, count) }],
  })
  return [
    pane('p of each window', 'p', '--t-accent', pValue, 3),
    pane('Half-life of each window, bars', 'Half-life', '--t-spread', halfLife, 1),
    pane('β of each window', 'β', '--t-leg-x', hedgeRatio, 3),
  ]
}

function Drawn({ stability }: { stability: Stability }) {
  const panes = useMemo(() => toPanes(stability), [stability])
  const known = stability.pValue.filter((value) => value !== null)
  const below = known.filter((value) => value < 0.05).length
  return (
    <>
      <p className="mb-3">
        {formatCount(below)} of {formatCount(known.length)} windows of {formatCount(stability.window)} bars
        have p &lt; 0.05
        {known.length > 0 && ` (${formatPercent(below / known.length, 0)})`}. Windows overlap: they are not
        separate tests.
      </p>
      <TimeChart
        label="p-value, half-life and hedge ratio of windows that move through the formation period, with a line at p = 5%"
        panes={panes}
        levels={LEVELS}
        className={CHART_HEIGHT}
      />
    </>
  )
}

export function StabilityChart({ pairId, formation, prices, hedge }: Estimating) {
  const variables = {
    id: pairId,
    formation: toMoments(formation),
    prices,
    hedge,
  }
  const { data, problem, again } = useAnswer({ query: StabilityQuery, variables })
  const stability = data?.node?.__typename === 'Pair' ? data.node.analysis.stability : undefined
  if (problem) return <Failure title="Nothing to draw" message={problem} onRetry={again} />
  if (!stability) return <Skeleton className={CHART_HEIGHT} />
  if (stability.time.length === 0) return <EmptyState title="No windows">{stability.reason}</EmptyState>
  return <Drawn stability={stability} />
}
