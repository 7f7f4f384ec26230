/** Moments and days. Bars are stamped in UTC, so days are UTC days everywhere. */

const DAY = /^\d{4}-\d{2}-\d{2}$/
const MS_PER_DAY = 86_400_000

/** The UTC day of a moment: 2012-01-30. */
export const toDay = (moment: string | number | Date): string => new Date(moment).toISOString().slice(0, 10)

/** A day as the moment at which it begins, as the graph takes it. */
export const toMoment = (day: string): string => `${day}T00:00:00Z`

/** Whether a text is a day that exists. */
export function isDay(text: unknown): text is string {
  if (typeof text !== 'string' || !DAY.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return Number.isFinite(time) && toDay(time) === text
}

/** The day that many days later. */
export const addDays = (day: string, days: number): string =>
  toDay(Date.parse(toMoment(day)) + days * MS_PER_DAY)

/** The same day of another year; 29 February becomes 28. */
export function addYears(day: string, years: number): string {
  const year = String(Number(day.slice(0, 4)) + years).padStart(4, '0')
  const moved = `${year}${day.slice(4)}`
  return isDay(moved) ? moved : `${year}-02-28`
}

/** The day half-way between two. */
export const middleDay = (from: string, to: string): string =>
  toDay((Date.parse(toMoment(from)) + Date.parse(toMoment(to))) / 2)

/** A day for reading. */
export function formatDay(moment: string | number | null | undefined): string {
  if (moment === null || moment === undefined) return '—'
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(moment))
}

/** A moment of a bar within a day, in UTC. */
export const formatUtcMinute = (moment: number): string =>
  `${new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(moment)} UTC`

/** A moment of the user's own day, in the user's time zone. */
export function formatMoment(moment: string | number | Date | null | undefined): string {
  if (moment === null || moment === undefined) return '—'
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(moment),
  )
}

/** The time of day, in the user's time zone. */
export const formatTime = (moment: number | Date): string =>
  new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' }).format(new Date(moment))

/** A stretch of seconds, to the precision that matters: 0.4 s, 12 s, 3 min 5 s, 2 h 10 min. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return '—'
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
