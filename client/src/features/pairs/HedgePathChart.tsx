/** The hedge ratio through formation and trading, where the method lets it move. */
import { useMemo } from 'react'
import type { ChartPane } from '@/components/charts/panes'
import { TimeChart } from '@/components/charts/TimeChart'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { Skeleton } from '@/components/Skeleton'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { toMoment } from '@/lib/dates'
import { formatNumber } from '@/lib/numbers'
import { toMoments } from '@/lib/periods'
import { toPoints } from '@/lib/series'
import type { Estimating } from './estimating'
import { hedgeWords } from './hedgeMethods'

const HedgePathQuery = graphql(`
  query HedgePath($id: ID!, $formation: PeriodInput!, $to: DateTime!, $prices: PriceScale!, $hedge: HedgeMethod!) {
    node(id: $id) {
      __typename
      id
      ... on Pair {
        spread(formation: $formation, to: $to, prices: $prices, hedge: $hedge, maxPoints: 1500) {
          time
          hedgeRatio
        }
      }
    }
  }
`)

const CHART_HEIGHT = 'h-64'

interface HedgePathChartProps extends Estimating {
  /** The first day no longer shown. */
  until: string
}

function Path({ pairId, formation, prices, hedge, until }: HedgePathChartProps) {
  const variables = {
    id: pairId,
    formation: toMoments(formation),
    to: toMoment(until > formation.end ? until : formation.end),
    prices,
    hedge,
  }
  const { data, problem, again } = useAnswer({ query: HedgePathQuery, variables })
  const series = data?.node?.__typename === 'Pair' ? data.node.spread : undefined
  const panes = useMemo<ChartPane[] | undefined>(
    () =>
      series && [
        {
          title: 'Hedge ratio β',
          series: [
            {
              name: 'β',
              color: '--t-leg-x',
              points: toPoints(series.time, series.hedgeRatio),
              write: (value) => formatNumber(value, 3),
            },
          ],
        },
      ],
    [series],
  )
  const shades = useMemo(
    () => [{ from: Date.parse(formation.start) / 1000, to: Date.parse(formation.end) / 1000 }],
    [formation.start, formation.end],
  )
  if (problem) return <Failure title="Nothing to draw" message={problem} onRetry={again} />
  if (!panes) return <Skeleton className={CHART_HEIGHT} />
  return (
    <TimeChart label="The hedge ratio at each bar" panes={panes} shades={shades} className={CHART_HEIGHT} />
  )
}

export function HedgePathChart(props: HedgePathChartProps) {
  const { label, moves } = hedgeWords(props.hedge)
  if (!moves)
    return (
      <EmptyState title={`${label}: β is one number`}>
        Choose rolling least squares or the Kalman filter above to see it move.
      </EmptyState>
    )
  return <Path {...props} />
}
