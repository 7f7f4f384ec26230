/** A book over time: equity, drawdown, exposures and pairs held under one crosshair. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { useMemo } from 'react'
import type { ChartPane } from '@/components/charts/panes'
import { TimeChart } from '@/components/charts/TimeChart'
import { describeDrawn, drawdownPane, equityPane } from '@/features/backtests/equityPanes'
import { graphql } from '@/graphql/tada'
import { formatCount, formatMoney, formatNumber } from '@/lib/numbers'
import { type Column, toPoints } from '@/lib/series'

export const BookChartsFields = graphql(`
  fragment BookChartsFields on Portfolio {
    equity(maxPoints: 2000) {
      count
      time
      equity
      drawdown
      gross
      net
      largest
      held
      downsampledFrom
    }
  }
`)

interface BookChartsProps {
  portfolio: FragmentOf<typeof BookChartsFields>
  currency: string
}

const times = (value: number) => `${formatNumber(value)} ×`

export function BookCharts({ portfolio: masked, currency }: BookChartsProps) {
  const { equity: series } = readFragment(BookChartsFields, masked)
  const panes = useMemo<ChartPane[]>(() => {
    if (!series) return []
    const points = (values: Column) => toPoints(series.time, values)
    return [
      equityPane(`Equity${currency && `, ${currency}`}`, series.time, series.equity, (value) =>
        formatMoney(value, currency),
      ),
      { ...drawdownPane(series.time, series.drawdown), weight: 1.5 },
      {
        title: 'Exposure, times equity, after netting',
        weight: 2,
        series: [
          { name: 'Gross', color: '--t-leg-y', points: points(series.gross), write: times },
          { name: 'Net', color: '--t-leg-x', points: points(series.net), write: times },
          { name: 'Largest name', color: '--t-spread', points: points(series.largest), write: times },
        ],
      },
      {
        title: 'Pairs held',
        series: [{ name: 'Held', color: '--t-muted', points: points(series.held), write: formatCount }],
      },
    ]
  }, [series, currency])
  if (!series) return null
  return (
    <>
      <TimeChart
        label="Equity, drawdown, exposures and number of pairs held of the portfolio"
        panes={panes}
        className="h-[40rem]"
      />
      <p className="mt-2 text-xs text-muted">
        Long and short legs in the same instrument cancel before they are traded, so that gross exposure
        counts what is really held. {describeDrawn(series)}
      </p>
    </>
  )
}
