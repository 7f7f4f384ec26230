/** Equity, drawdown and the traded z-score of a run under one crosshair. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { useMemo } from 'react'
import type { ChartPane, Level } from '@/components/charts/panes'
import { TimeChart } from '@/components/charts/TimeChart'
import { graphql } from '@/graphql/tada'
import { formatMoney, formatSigned } from '@/lib/numbers'
import { toPoints, toTurns } from '@/lib/series'
import { describeDrawn, drawdownPane, equityPane } from './equityPanes'

export const EquityChartsFields = graphql(`
  fragment EquityChartsFields on Backtest {
    spec {
      entry
      exit
      stop
    }
    equity(maxPoints: 2000) {
      count
      time
      equity
      drawdown
      position
      zScore
      downsampledFrom
    }
  }
`)

interface EquityChartsProps {
  backtest: FragmentOf<typeof EquityChartsFields>
  currency: string
}

const Z_PANE = 2

function thresholds(entry: number, exit: number, stop: number | null): Level[] {
  const both = (value: number, label: string): Level[] => [
    { pane: Z_PANE, value, label },
    ...(value === 0 ? [] : [{ pane: Z_PANE, value: -value, label }]),
  ]
  return [...both(entry, 'entry'), ...both(exit, 'exit'), ...(stop === null ? [] : both(stop, 'stop'))]
}

export function EquityCharts({ backtest: masked, currency }: EquityChartsProps) {
  const { equity: series, spec } = readFragment(EquityChartsFields, masked)
  const panes = useMemo<ChartPane[]>(() => {
    if (!series) return []
    const { time } = series
    return [
      equityPane(`Equity, ${currency}`, time, series.equity, (value) => formatMoney(value, currency)),
      { ...drawdownPane(time, series.drawdown), weight: 1.5 },
      {
        title: 'z-score, with entries and exits',
        weight: 2,
        series: [
          {
            name: 'z-score',
            color: '--t-spread',
            points: toPoints(time, series.zScore),
            write: (value) => formatSigned(value),
          },
        ],
        turns: toTurns(time, series.position),
      },
    ]
  }, [series, currency])
  const { entry, exit, stop } = spec
  const levels = useMemo(() => thresholds(entry, exit, stop), [entry, exit, stop])
  if (!series) return null
  return (
    <>
      <TimeChart
        label="Equity, drawdown and z-score of the run, with its entries and exits"
        panes={panes}
        levels={levels}
        className="h-[36rem]"
      />
      <p className="mt-2 text-xs text-muted">
        ▲ buys Y and sells X, ▼ the reverse, ● leaves; each is marked at the close at which it was filled.
        Dotted: the thresholds of |z|. {describeDrawn(series)}
      </p>
    </>
  )
}
