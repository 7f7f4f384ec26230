/** Formation and trading periods of a pair: where they start when nobody chose, and what can be chosen at once. */
import { addDays, addYears, formatDay, isDay, middleDay, toDay, toMoment } from './dates'
import type { RawSearch } from './search'

/** The first day included and the first day no longer included. */
export interface Period {
  start: string
  end: string
}

/** A period of days as the graph takes it. */
export const toMoments = ({ start, end }: Period): Period => ({ start: toMoment(start), end: toMoment(end) })

/** A period for reading. */
export const formatPeriod = ({ start, end }: Period): string => `${formatDay(start)} – ${formatDay(end)}`

export interface Periods {
  formation: Period
  trading: Period
}

export interface Preset {
  label: string
  periods: Periods
}

interface History {
  firstBar: string | null
  lastBar: string | null
}

/** The days that both legs may have bars on, or null when a leg has none or they never meet. */
export function commonHistory(y: History, x: History): Period | null {
  if (!y.firstBar || !x.firstBar || !y.lastBar || !x.lastBar) return null
  const start = [toDay(y.firstBar), toDay(x.firstBar)].sort()[1] as string
  const end = addDays([toDay(y.lastBar), toDay(x.lastBar)].sort()[0] as string, 1)
  return start < end ? { start, end } : null
}

/** The days that all these pairs may have bars on, or null without any pair or such days. */
export function jointPairHistory(pairs: readonly { y: History; x: History }[]): Period | null {
  const all = pairs.map(({ y, x }) => commonHistory(y, x))
  const known = all.filter((one) => one !== null)
  if (known.length === 0 || known.length < all.length) return null
  const start = known
    .map((one) => one.start)
    .sort()
    .at(-1) as string
  const end = known.map((one) => one.end).sort()[0] as string
  return start < end ? { start, end } : null
}

function lastYears(history: Period, formation: number, trading: number): Periods | null {
  const boundary = addYears(history.end, -trading)
  const start = addYears(boundary, -formation)
  if (start < history.start) return null
  return { formation: { start, end: boundary }, trading: { start: boundary, end: history.end } }
}

function halves(history: Period): Periods {
  const boundary = middleDay(history.start, history.end)
  return {
    formation: { start: history.start, end: boundary },
    trading: { start: boundary, end: history.end },
  }
}

const SPLITS: [formation: number, trading: number][] = [
  [5, 6],
  [2, 1],
  [3, 3],
  [10, 10],
]

/** The choices that a history allows; the first is the default. */
export function presets(history: Period): Preset[] {
  const possible = SPLITS.flatMap(([formation, trading]) => {
    const periods = lastYears(history, formation, trading)
    return periods ? [{ label: `Last ${formation} + ${trading} years`, periods }] : []
  })
  return [...possible, { label: 'All, in halves', periods: halves(history) }]
}

/** The search parameters of a pair's page; all optional, so that a bare address works. */
export interface PeriodSearch {
  formationStart?: string
  formationEnd?: string
  tradingStart?: string
  tradingEnd?: string
}

/** What an address says about periods; anything that is not a day is dropped. */
export function readPeriodSearch(search: RawSearch): PeriodSearch {
  const names = ['formationStart', 'formationEnd', 'tradingStart', 'tradingEnd'] as const
  return Object.fromEntries(names.filter((name) => isDay(search[name])).map((name) => [name, search[name]]))
}

/** The periods of an address, filled up from the default. */
export function periodsOf(search: PeriodSearch, fallback: Periods): Periods {
  return {
    formation: {
      start: search.formationStart ?? fallback.formation.start,
      end: search.formationEnd ?? fallback.formation.end,
    },
    trading: {
      start: search.tradingStart ?? fallback.trading.start,
      end: search.tradingEnd ?? fallback.trading.end,
    },
  }
}

/** The search parameters that say these periods. */
export const searchOf = (periods: Periods): Required<PeriodSearch> => ({
  formationStart: periods.formation.start,
  formationEnd: periods.formation.end,
  tradingStart: periods.trading.start,
  tradingEnd: periods.trading.end,
})

/** Whether two choices are the same. */
export const samePeriods = (a: Periods, b: Periods): boolean =>
  JSON.stringify(searchOf(a)) === JSON.stringify(searchOf(b))
