/** Bars as series of the charting library: candles, or a line where only closes are known, and volume below. */
import {
  CandlestickSeries,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type SeriesMarker,
  type SeriesType,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts'
import { type Bar, nearestTime } from '@/lib/bars'
import { resolveColor } from '@/lib/theme'

/** What bars have, which decides how they are drawn. */
export interface BarShape {
  candles: boolean
  volume: boolean
}

/** Something that happened on a day, marked below its bar. */
export interface BarMark {
  time: number
  text: string
  /** A custom property of the theme. */
  color: string
}

export interface DrawnBars {
  prices: ISeriesApi<SeriesType>
  draw: (bars: readonly Bar[], marks: readonly BarMark[]) => void
}

const stamp = (time: number) => time as UTCTimestamp

function addPrices(
  chart: IChartApi,
  candles: boolean,
  write: (value: number) => string,
): ISeriesApi<SeriesType> {
  const [gain, loss] = [resolveColor('--t-gain'), resolveColor('--t-loss')]
  const priceFormat = { type: 'custom', formatter: write, minMove: 1e-6 } as const
  const shared = { priceLineVisible: false, lastValueVisible: false, priceFormat } as const
  return candles
    ? chart.addSeries(CandlestickSeries, {
        ...shared,
        upColor: gain,
        downColor: loss,
        wickUpColor: gain,
        wickDownColor: loss,
        borderVisible: false,
      })
    : chart.addSeries(LineSeries, { ...shared, color: resolveColor('--t-leg-y'), lineWidth: 2 })
}

function addVolume(chart: IChartApi): ISeriesApi<'Histogram'> {
  const series = chart.addSeries(
    HistogramSeries,
    {
      color: resolveColor('--t-line-strong'),
      priceLineVisible: false,
      lastValueVisible: false,
      priceFormat: { type: 'volume' },
    },
    1,
  )
  const [prices, volumes] = chart.panes()
  prices?.setStretchFactor(400)
  volumes?.setStretchFactor(100)
  return series
}

const priceOf = ({ time, open, high, low, close }: Bar, candles: boolean) =>
  candles && open !== null && high !== null && low !== null
    ? { time: stamp(time), open, high, low, close }
    : { time: stamp(time), value: close }

function markersOf(bars: readonly Bar[], marks: readonly BarMark[]): SeriesMarker<Time>[] {
  const times = bars.map(({ time }) => time)
  return marks.flatMap(({ time, text, color }) => {
    const at = nearestTime(times, time)
    if (at === undefined) return []
    return [
      {
        time: stamp(at),
        position: 'belowBar' as const,
        shape: 'circle' as const,
        size: 0.6,
        text,
        color: resolveColor(color),
      },
    ]
  })
}

/** Put empty series into a chart; the result draws bars and marks into them, as often as one likes. */
export function addBars(chart: IChartApi, shape: BarShape, write: (value: number) => string): DrawnBars {
  const prices = addPrices(chart, shape.candles, write)
  const volumes = shape.volume ? addVolume(chart) : undefined
  const markers = createSeriesMarkers(prices, [])
  return {
    prices,
    draw: (bars, marks) => {
      prices.setData(bars.map((bar) => priceOf(bar, shape.candles)))
      volumes?.setData(
        bars.flatMap(({ time, volume }) => (volume === null ? [] : [{ time: stamp(time), value: volume }])),
      )
      markers.setMarkers(markersOf(bars, marks))
    },
  }
}
