/** Formation periods that can be chosen at once, and the history that a universe has. */
import { addDays, addYears, toDay } from './dates'
import type { Period } from './periods'

export interface FormationPreset {
  label: string
  period: Period
}

interface Bars {
  firstBar: string | null
  lastBar: string | null
}

const YEARS = [1, 2, 5, 10, 20]

/** The days on which any of these instruments has bars, or null when none has any. */
export function jointHistory(instruments: readonly Bars[]): Period | null {
  const first = instruments.flatMap(({ firstBar }) => (firstBar ? [toDay(firstBar)] : [])).sort()[0]
  const last = instruments
    .flatMap(({ lastBar }) => (lastBar ? [toDay(lastBar)] : []))
    .sort()
    .at(-1)
  return first && last ? { start: first, end: addDays(last, 1) } : null
}

/** The choices that a history allows, shortest first; all of it is always one. */
export function formationPresets(history: Period): FormationPreset[] {
  const years = YEARS.flatMap((count) => {
    const start = addYears(history.end, -count)
    const label = count === 1 ? 'Last year' : `Last ${count} years`
    return start > history.start ? [{ label, period: { start, end: history.end } }] : []
  })
  return [...years, { label: 'All', period: history }]
}

/** The period that a form starts with: five years, or all of a shorter history. */
export function defaultFormation(history: Period): Period {
  const start = addYears(history.end, -5)
  return { start: start > history.start ? start : history.start, end: history.end }
}
