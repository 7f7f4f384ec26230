/** What a chart shows, and how that becomes series of the charting library. */
import {
  AreaSeries,
  createSeriesMarkers,
  createTextWatermark,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type SeriesMarker,
  type SeriesType,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts'
import type { Point, Turn } from '@/lib/series'
import { resolveColor } from '@/lib/theme'
import { type Shade, ShadePrimitive } from './shade'

export interface ChartSeries {
  name: string
  /** A custom property of the theme, such as --t-leg-y. */
  color: string
  kind?: 'line' | 'underwater'
  points: readonly Point[]
  write: (value: number) => string
}

export interface ChartPane {
  title: string
  weight?: number
  series: readonly ChartSeries[]
  /** Entries and exits, marked on the first series. */
  turns?: readonly Turn[]
}

/** A horizontal line across a pane. */
export interface Level {
  pane: number
  value: number
  label: string
}

export type DrawnSeries = ISeriesApi<SeriesType>

const TURN_LOOKS = {
  long: { position: 'belowBar', shape: 'arrowUp', color: '--t-leg-y' },
  short: { position: 'aboveBar', shape: 'arrowDown', color: '--t-leg-x' },
  exit: { position: 'inBar', shape: 'circle', color: '--t-muted' },
} as const

function addSeries(chart: IChartApi, series: ChartSeries, pane: number): DrawnSeries {
  const color = resolveColor(series.color)
  const shared = {
    priceLineVisible: false,
    lastValueVisible: false,
    lineWidth: 2,
    priceFormat: { type: 'custom', formatter: series.write, minMove: 1e-6 },
  } as const
  const drawn =
    series.kind === 'underwater'
      ? chart.addSeries(
          AreaSeries,
          {
            ...shared,
            lineColor: color,
            topColor: resolveColor('--t-loss-fill'),
            bottomColor: resolveColor('--t-loss-fill'),
            invertFilledArea: true,
          },
          pane,
        )
      : chart.addSeries(LineSeries, { ...shared, color }, pane)
  drawn.setData(series.points.map(({ time, value }) => ({ time: time as UTCTimestamp, value })))
  return drawn
}

function markTurns(series: DrawnSeries, turns: readonly Turn[]): void {
  const markers: SeriesMarker<Time>[] = turns.map(({ time, kind }) => {
    const { color, ...look } = TURN_LOOKS[kind]
    return {
      time: time as UTCTimestamp,
      size: kind === 'exit' ? 0.4 : 0.8,
      color: resolveColor(color),
      ...look,
    }
  })
  createSeriesMarkers(series, markers)
}

function dress(
  chart: IChartApi,
  pane: number,
  { title, weight = 1 }: ChartPane,
  shade: ShadePrimitive | undefined,
) {
  const drawn = chart.panes()[pane]
  if (!drawn) return
  drawn.setStretchFactor(weight * 100)
  if (shade) drawn.attachPrimitive(shade)
  const fontFamily = getComputedStyle(document.body).fontFamily
  createTextWatermark(drawn, {
    horzAlign: 'left',
    vertAlign: 'top',
    lines: [{ text: title, color: resolveColor('--t-muted'), fontSize: 12, fontFamily }],
  })
}

/** All times of a chart, ascending. */
export const timesOf = (panes: readonly ChartPane[]): number[] =>
  [
    ...new Set(
      panes.flatMap((pane) => pane.series.flatMap((series) => series.points.map(({ time }) => time))),
    ),
  ].sort((a, b) => a - b)

/** Draw panes into an empty chart; the result has the drawn series by pane. */
export function drawPanes(
  chart: IChartApi,
  panes: readonly ChartPane[],
  shades: readonly Shade[] | undefined,
): DrawnSeries[][] {
  const times = shades ? timesOf(panes) : []
  return panes.map((pane, index) => {
    const drawn = pane.series.map((series) => addSeries(chart, series, index))
    const [first] = drawn
    if (first && pane.turns) markTurns(first, pane.turns)
    const primitive = shades && new ShadePrimitive(shades, times, resolveColor('--t-raised'))
    dress(chart, index, pane, primitive)
    return drawn
  })
}

/** Draw levels; the result takes them away again. */
export function drawLevels(drawn: readonly DrawnSeries[][], levels: readonly Level[]): () => void {
  const color = resolveColor('--t-muted')
  const lines = levels.flatMap(({ pane, value, label }) => {
    const series = drawn[pane]?.[0]
    if (!series) return []
    const options = { price: value, color, title: label, lineWidth: 1, lineStyle: LineStyle.Dashed } as const
    return [{ series, line: series.createPriceLine({ ...options, axisLabelVisible: false }) }]
  })
  return () => {
    for (const { series, line } of lines) series.removePriceLine(line)
  }
}
