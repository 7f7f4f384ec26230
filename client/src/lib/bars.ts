/** Bars for a chart: from the graph's columns, coarse ones with finer ones laid over them, and when finer ones are worth asking for. */
import type { Column } from './series'

/** One bar; its time in seconds. Prices but the close may be unknown. */
export interface Bar {
  time: number
  open: number | null
  high: number | null
  low: number | null
  close: number
  volume: number | null
}

export interface BarColumns {
  time: readonly number[]
  open: Column | null
  high: Column | null
  low: Column | null
  close: Column
  volume: Column | null
}

/** A stretch of time in seconds, both ends included. */
export interface Span {
  from: number
  to: number
}

/** Bars that have a close, in the order of time. */
export function toBars({ time, open, high, low, close, volume }: BarColumns): Bar[] {
  return time.flatMap((moment, index) => {
    const last = close[index]
    if (last === null || last === undefined) return []
    const at = (column: Column | null) => column?.[index] ?? null
    return [
      {
        time: moment / 1000,
        open: at(open),
        high: at(high),
        low: at(low),
        close: last,
        volume: at(volume),
      },
    ]
  })
}

/** Whether bars can be drawn as candles: all four prices everywhere. */
export const haveCandles = (bars: readonly Bar[]): boolean =>
  bars.length > 0 && bars.every(({ open, high, low }) => open !== null && high !== null && low !== null)

/** The coarse bars, with the finer ones instead where those are known. */
export function layOver(coarse: readonly Bar[], fine: readonly Bar[]): readonly Bar[] {
  const [first, last] = [fine[0], fine.at(-1)]
  if (!first || !last) return coarse
  return [
    ...coarse.filter(({ time }) => time < first.time),
    ...fine,
    ...coarse.filter(({ time }) => time > last.time),
  ]
}

const SHARE_MAX = 0.6
const DETAIL_SHARE = 4

/**
 * The stretch to ask finer bars of, or null when those at hand are fine enough for what is visible. It reaches half
 * a width beyond both edges, so that a small move needs no request, and keeps to whole days.
 */
export function finerSpan(
  visible: Span,
  whole: Span,
  detail: (Span & { complete: boolean }) | null,
): Span | null {
  const width = visible.to - visible.from
  if (width <= 0 || width > SHARE_MAX * (whole.to - whole.from)) return null
  const covered = detail && detail.from <= visible.from && detail.to >= visible.to
  if (covered && (detail.complete || (detail.to - detail.from) / width < DETAIL_SHARE)) return null
  const day = 86_400
  const from = Math.floor(Math.max(whole.from, visible.from - width / 2) / day) * day
  const to = Math.ceil((Math.min(whole.to, visible.to + width / 2) + 1) / day) * day
  return { from, to }
}

/** The time of the bar at or after a moment, else of the last bar: where a mark is drawn. */
export function nearestTime(times: readonly number[], moment: number): number | undefined {
  return times.find((time) => time >= moment) ?? times.at(-1)
}

const MARGIN = 0.75
const SHORTEST = 45 * 86_400

/** What to show of a chart to see a stretch with what surrounds it. */
export function surroundings({ from, to }: Span): Span {
  const margin = Math.max((to - from) * MARGIN, SHORTEST)
  return { from: from - margin, to: to + margin }
}
