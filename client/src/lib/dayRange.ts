/** A window of days inside a history, moved by its two handles or as a whole. Days count from the history's start. */
import { addDays, toMoment } from './dates'
import type { Period } from './periods'

const MS_PER_DAY = 86_400_000

export interface DayWindow {
  start: number
  end: number
}

export type Handle = 'start' | 'end' | 'both'

/** The number of days from one to another. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(toMoment(to)) - Date.parse(toMoment(from))) / MS_PER_DAY)

/** A period as day numbers of a history, cut to it and at least that long. */
export function toWindow(history: Period, period: Period, shortest: number): DayWindow {
  const length = daysBetween(history.start, history.end)
  const start = Math.max(0, Math.min(daysBetween(history.start, period.start), length - shortest))
  const end = Math.min(length, Math.max(daysBetween(history.start, period.end), start + shortest))
  return { start, end }
}

/** Day numbers of a history as a period. */
export const toPeriod = (history: Period, { start, end }: DayWindow): Period => ({
  start: addDays(history.start, start),
  end: addDays(history.start, end),
})

/** A window after one of its handles, or all of it, was moved by some days; it stays inside and long enough. */
export function moveWindow(
  { start, end }: DayWindow,
  handle: Handle,
  days: number,
  length: number,
  shortest: number,
): DayWindow {
  const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))
  if (handle === 'start') return { start: clamp(start + days, 0, end - shortest), end }
  if (handle === 'end') return { start, end: clamp(end + days, start + shortest, length) }
  const moved = clamp(days, -start, length - end)
  return { start: start + moved, end: end + moved }
}

const KEYS: Record<string, number> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }
const PAGES: Record<string, number> = { PageDown: -1, PageUp: 1 }
const WEEK = 7
const MONTH = 30
const YEAR = 365

/** By how many days a key moves a handle: a week, with Shift a month, by page a year; undefined for other keys. */
export function daysOfKey(key: string, shift: boolean): number | undefined {
  const arrow = KEYS[key]
  if (arrow !== undefined) return arrow * (shift ? MONTH : WEEK)
  const page = PAGES[key]
  if (page !== undefined) return page * YEAR
  if (key === 'Home') return Number.NEGATIVE_INFINITY
  return key === 'End' ? Number.POSITIVE_INFINITY : undefined
}
