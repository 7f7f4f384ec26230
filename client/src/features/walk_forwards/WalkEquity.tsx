/** The stitched out-of-sample equity of a walk, its steps told apart by shade. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { useMemo } from 'react'
import type { ChartPane } from '@/components/charts/panes'
import { TimeChart } from '@/components/charts/TimeChart'
import { describeDrawn, drawdownPane, equityPane } from '@/features/backtests/equityPanes'
import { graphql } from '@/graphql/tada'
import { formatNumber } from '@/lib/numbers'

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
      equityPane('Equity out of sample, stitched', series.time, series.equity, (value) =>
        formatNumber(value, 0),
      ),
      drawdownPane(series.time, series.drawdown),
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
        was known when it was chosen. {describeDrawn(series)}
      </p>
    </>
  )
}
