/** Both prices, the spread and its z-score over formation and trading, under one crosshair. */
import type { ResultOf, VariablesOf } from 'gql.tada'
import { useMemo } from 'react'
import type { ChartPane, Level } from '@/components/charts/panes'
import { TimeChart } from '@/components/charts/TimeChart'
import { Failure } from '@/components/Failure'
import { Skeleton } from '@/components/Skeleton'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { toMoment } from '@/lib/dates'
import { formatNumber, formatSigned } from '@/lib/numbers'
import { type Periods, toMoments } from '@/lib/periods'
import { rebase, toPoints } from '@/lib/series'
import type { HedgeMethod } from './hedgeMethods'
import type { PriceScale } from './priceScales'

const PairChartsQuery = graphql(`
  query PairCharts($id: ID!, $formation: PeriodInput!, $from: DateTime!, $to: DateTime!, $prices: PriceScale!, $hedge: HedgeMethod!) {
    node(id: $id) {
      __typename
      id
      ... on Pair {
        y {
          id
          symbol
          bars(from: $from, to: $to, maxPoints: 1200) {
            time
            close
          }
        }
        x {
          id
          symbol
          bars(from: $from, to: $to, maxPoints: 1200) {
            time
            close
          }
        }
        spread(formation: $formation, from: $from, to: $to, prices: $prices, hedge: $hedge, maxPoints: 1500) {
          time
          spread
          zScore
        }
      }
    }
  }
`)

type PairData = Extract<ResultOf<typeof PairChartsQuery>['node'], { __typename: 'Pair' }>

export interface Bands {
  entry: number
  exit: number
}

interface PairChartsProps {
  pairId: string
  periods: Periods
  prices: PriceScale
  hedge: HedgeMethod
  bands: Bands
}

const CHART_HEIGHT = 'h-[38rem]'
const Z_PANE = 2

function toPanes({ y, x, spread }: PairData, prices: PriceScale): ChartPane[] {
  const price = (value: number) => formatNumber(value, 1)
  return [
    {
      title: 'Prices, first = 100',
      weight: 3,
      series: [
        {
          name: y.symbol,
          color: '--t-leg-y',
          points: rebase(toPoints(y.bars.time, y.bars.close)),
          write: price,
        },
        {
          name: x.symbol,
          color: '--t-leg-x',
          points: rebase(toPoints(x.bars.time, x.bars.close)),
          write: price,
        },
      ],
    },
    {
      title: prices === 'LOG' ? 'Spread of log prices' : 'Spread of prices',
      weight: 2,
      series: [
        {
          name: 'Spread',
          color: '--t-spread',
          points: toPoints(spread.time, spread.spread),
          write: (value) => formatSigned(value, prices === 'LOG' ? 4 : 2),
        },
      ],
    },
    {
      title: 'z-score of the spread',
      weight: 2,
      series: [
        {
          name: 'z-score',
          color: '--t-ink',
          points: toPoints(spread.time, spread.zScore),
          write: (value) => formatSigned(value),
        },
      ],
    },
  ]
}

export function bandLevels({ entry, exit }: Bands, pane: number): Level[] {
  const levels = [
    { pane, value: entry, label: 'entry' },
    { pane, value: -entry, label: 'entry' },
    { pane, value: exit, label: 'exit' },
  ]
  return exit === 0 ? levels : [...levels, { pane, value: -exit, label: 'exit' }]
}

export function PairCharts({ pairId, periods, prices, hedge, bands }: PairChartsProps) {
  const { formation, trading } = periods
  const variables: VariablesOf<typeof PairChartsQuery> = {
    id: pairId,
    formation: toMoments(formation),
    from: toMoment(formation.start),
    to: toMoment(trading.end),
    prices,
    hedge,
  }
  const { data, problem, fetching, again } = useAnswer({ query: PairChartsQuery, variables })
  const pair = data?.node?.__typename === 'Pair' ? data.node : undefined
  const panes = useMemo(() => pair && toPanes(pair, prices), [pair, prices])
  const { entry, exit } = bands
  const levels = useMemo(() => bandLevels({ entry, exit }, Z_PANE), [entry, exit])
  const shades = useMemo(
    () => [{ from: Date.parse(formation.start) / 1000, to: Date.parse(formation.end) / 1000 }],
    [formation.start, formation.end],
  )
  if (problem) return <Failure title="Nothing to draw" message={problem} onRetry={again} />
  if (!panes || !pair) return fetching ? <Skeleton className={CHART_HEIGHT} /> : null
  return (
    <>
      <TimeChart
        label={`Prices of ${pair.y.symbol} and ${pair.x.symbol}, their spread, and its z-score with entry and exit bands`}
        panes={panes}
        levels={levels}
        shades={shades}
        className={CHART_HEIGHT}
      />
      <p className="mt-2 text-xs text-muted">
        Shaded: the formation period, from which hedge ratio, mean and deviation come. After it, the z-score
        is out of sample. Dotted: where to enter and to leave.
      </p>
    </>
  )
}
