/** The stitched out-of-sample equity of a walk, its steps told apart by shade. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { useMemo } from 'react'
import type { ChartPane } from '@/components/charts/panes'
import { TimeChart } from '@/components/charts/TimeChart'
import { graphql } from '@/graphql/tada'
import { formatCount, formatNumber, formatPercent } from '@/lib/numbers'
import { toPoints } from '@/lib/series'

export const WalkEquityFields = graphql(`
  fragment WalkEquityFields on WalkForward {
    equity(maxPoints: 2000) {
      count
      time
      equity
      drawdown
      downsampledFrom
    }
    steps {
      trading {
        start
        end
      }
    }
  }
`)

export function WalkEquity({ walk: masked }: { walk: FragmentOf<typeof WalkEquityFields> }) {
  const { equity: series, steps } = readFragment(WalkEquityFields, masked)
  const panes = useMemo<ChartPane[]>(() => {
    if (!series) return []
    return [
      {
        title: 'Equity out of sample, stitched',
        weight: 3,
        series: [
          {
            name: 'Equity',
            color: '--t-accent',
            points: toPoints(series.time, series.equity),
            write: (value) => formatNumber(value, 0),
          },
        ],
      },
      {
        title: 'Drawdown, under water',
        series: [
          {
            name: 'Drawdown',
            color: '--t-loss',
            kind: 'underwater',
            points: toPoints(series.time, series.drawdown),
            write: (value) => formatPercent(value),
          },
        ],
      },
    ]
  }, [series])
  const shades = useMemo(
    () =>
      steps
        .filter((_, place) => place % 2 === 1)
        .map(({ trading }) => ({
          from: Date.parse(trading.start) / 1000,
          to: Date.parse(trading.end) / 1000,
        })),
    [steps],
  )
  if (!series) return null
  return (
    <>
      <TimeChart
        label={`Stitched out-of-sample equity and drawdown over ${steps.length} steps; every other step is shaded`}
        panes={panes}
        shades={shades}
        className="h-[28rem]"
      />
      <p className="mt-2 text-xs text-muted">
        Every other step is shaded; at each boundary pairs and parameters are chosen anew. Nothing drawn here
        was known when it was chosen.
        {series.downsampledFrom !== null &&
          ` ${formatCount(series.count)} points of ${formatCount(series.downsampledFrom)} are drawn.`}
      </p>
    </>
  )
}
