/** Equity and what it is below its peak, as panes of a chart, and how much of them is drawn. */
import type { ChartPane } from '@/components/charts/panes'
import { formatCount, formatPercent } from '@/lib/numbers'
import { type Column, toPoints } from '@/lib/series'

export const equityPane = (
  title: string,
  time: readonly number[],
  equity: Column,
  write: (value: number) => string,
): ChartPane => ({
  title,
  weight: 3,
  series: [{ name: 'Equity', color: '--t-accent', points: toPoints(time, equity), write }],
})

export const drawdownPane = (time: readonly number[], drawdown: Column): ChartPane => ({
  title: 'Drawdown, under water',
  series: [
    {
      name: 'Drawdown',
      color: '--t-loss',
      kind: 'underwater',
      points: toPoints(time, drawdown),
      write: (value) => formatPercent(value),
    },
  ],
})

interface Drawn {
  count: number
  downsampledFrom: number | null
}

/** How many points are drawn, when not all are. */
export const describeDrawn = ({ count, downsampledFrom }: Drawn): string =>
  downsampledFrom === null ? '' : `${formatCount(count)} points of ${formatCount(downsampledFrom)} are drawn.`
