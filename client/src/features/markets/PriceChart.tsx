/** An instrument's closing prices over time. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { useMemo } from 'react'
import type { ChartPane } from '@/components/charts/panes'
import { TimeChart } from '@/components/charts/TimeChart'
import { graphql } from '@/graphql/tada'
import { formatCount, formatMoney } from '@/lib/numbers'
import { toPoints } from '@/lib/series'

export const PriceChartFields = graphql(`
  fragment PriceChartFields on Instrument {
    symbol
    currency
    bars(maxPoints: 1500) {
      count
      time
      close
      downsampledFrom
    }
  }
`)

export function PriceChart({ instrument }: { instrument: FragmentOf<typeof PriceChartFields> }) {
  const { symbol, currency, bars } = readFragment(PriceChartFields, instrument)
  const panes = useMemo<ChartPane[]>(
    () => [
      {
        title: `Close, ${currency}`,
        series: [
          {
            name: symbol,
            color: '--t-leg-y',
            points: toPoints(bars.time, bars.close),
            write: (value) => formatMoney(value, currency, 2),
          },
        ],
      },
    ],
    [symbol, currency, bars],
  )
  return (
    <>
      <TimeChart label={`Daily closing prices of ${symbol}`} panes={panes} className="h-[26rem]" />
      {bars.downsampledFrom !== null && (
        <p className="mt-2 text-xs text-muted">
          {formatCount(bars.count)} points of {formatCount(bars.downsampledFrom)} daily bars are drawn.
        </p>
      )}
    </>
  )
}
