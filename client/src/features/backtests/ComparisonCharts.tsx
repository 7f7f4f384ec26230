/** Two equity curves in one chart, each from 100, and what came after they parted. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { useMemo } from 'react'
import type { ChartPane, ChartSeries } from '@/components/charts/panes'
import { TimeChart } from '@/components/charts/TimeChart'
import { graphql } from '@/graphql/tada'
import { formatNumber, formatPercent } from '@/lib/numbers'
import { rebase, toPoints } from '@/lib/series'

export const ComparedSeriesFields = graphql(`
  fragment ComparedSeriesFields on Backtest {
    equity(maxPoints: 1500) {
      time
      equity
      drawdown
    }
  }
`)

interface ComparisonChartsProps {
  a: FragmentOf<typeof ComparedSeriesFields>
  b: FragmentOf<typeof ComparedSeriesFields>
  /** The moment from which on they differ. */
  parted: string | null
}

const LOOKS = [
  { name: 'A', color: '--t-leg-y' },
  { name: 'B', color: '--t-leg-x' },
] as const

export function ComparisonCharts({ a, b, parted }: ComparisonChartsProps) {
  const first = readFragment(ComparedSeriesFields, a).equity
  const second = readFragment(ComparedSeriesFields, b).equity
  const panes = useMemo<ChartPane[]>(() => {
    const drawn = [first, second].flatMap((series, place) => {
      const look = LOOKS[place]
      return series && look ? [{ series, ...look }] : []
    })
    const equity: ChartSeries[] = drawn.map(({ series, name, color }) => ({
      name,
      color,
      points: rebase(toPoints(series.time, series.equity)),
      write: (value) => formatNumber(value, 1),
    }))
    const drawdown: ChartSeries[] = drawn.map(({ series, name, color }) => ({
      name: `${name}, drawdown`,
      color,
      points: toPoints(series.time, series.drawdown),
      write: (value) => formatPercent(value),
    }))
    return [
      { title: 'Equity, both from 100', weight: 3, series: equity },
      { title: 'Drawdown', weight: 1.5, series: drawdown },
    ]
  }, [first, second])
  const shades = useMemo(
    () => (parted === null ? [] : [{ from: Date.parse(parted) / 1000, to: Number.POSITIVE_INFINITY }]),
    [parted],
  )
  return (
    <>
      <TimeChart
        label="Equity and drawdown of both backtests"
        panes={panes}
        shades={shades}
        className="h-[28rem]"
      />
      {parted !== null && <p className="mt-2 text-xs text-muted">Shaded: after the first divergence.</p>}
    </>
  )
}
