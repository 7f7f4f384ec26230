/** The crosshair of a chart where the keyboard wants it. */
import {
  type IChartApi,
  type ISeriesApi,
  MismatchDirection,
  type SeriesType,
  type Time,
} from 'lightweight-charts'

function bringIntoView(chart: IChartApi, at: number): void {
  const range = chart.timeScale().getVisibleLogicalRange()
  if (!range || (at >= range.from && at <= range.to)) return
  const shift = at < range.from ? at - range.from : at - range.to
  chart.timeScale().setVisibleLogicalRange({ from: range.from + shift, to: range.to + shift })
}

/** Put the crosshair on the chart's point of that number, scrolling no further than needed. */
export function showCrosshair(
  chart: IChartApi,
  series: ISeriesApi<SeriesType>,
  at: number,
  time: number,
): void {
  bringIntoView(chart, at)
  const point =
    series.dataByIndex(at, MismatchDirection.NearestLeft) ??
    series.dataByIndex(at, MismatchDirection.NearestRight)
  if (!point) return
  const price = 'value' in point ? point.value : 'close' in point ? point.close : 0
  chart.setCrosshairPosition(Number(price), time as Time, series)
}
