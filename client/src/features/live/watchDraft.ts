/** The form of a watch as it is typed, and as the graph takes it. */
import type { Estimating } from '@/features/pairs/estimating'
import { readInteger, readNumber } from '@/lib/draft'
import { toMoments } from '@/lib/periods'
import type { WatchInput } from './useWatchPair'

export interface WatchDraft {
  entry: string
  exit: string
  stop: string
  window: string
  falseAlarmBars: string
}

/** Names of the form's fields, as problems' paths name them. */
export const WATCH_FIELDS = ['entry', 'exit', 'stop', 'window', 'falseAlarmBars'] as const

/** A form that begins with the bands of the page it stands on. */
export const watchDraft = (bands: { entry: number; exit: number }): WatchDraft => ({
  entry: String(bands.entry),
  exit: String(bands.exit),
  stop: '',
  window: '',
  falseAlarmBars: '2520',
})

type Read = { input: WatchInput } | { mistakes: Record<string, string> }

/** The input that a draft says, or what cannot be read, by field. */
export function readWatchDraft(draft: WatchDraft, estimating: Estimating): Read {
  const mistakes: Record<string, string> = {}
  const read = (name: keyof WatchDraft, reader: typeof readNumber, wanted: string): number => {
    const value = reader(draft[name])
    if (value === undefined) mistakes[name] = wanted
    return value ?? 0
  }
  const number = (name: keyof WatchDraft) => read(name, readNumber, 'A number is needed here.')
  const integer = (name: keyof WatchDraft) => read(name, readInteger, 'A whole number is needed here.')
  const { pairId, formation, prices, hedge } = estimating
  const input: WatchInput = {
    pairId,
    formation: toMoments(formation),
    prices,
    hedge,
    entry: number('entry'),
    exit: number('exit'),
    stop: draft.stop.trim() === '' ? null : number('stop'),
    window: draft.window.trim() === '' ? null : integer('window'),
    falseAlarmBars: integer('falseAlarmBars'),
  }
  return Object.keys(mistakes).length > 0 ? { mistakes } : { input }
}
