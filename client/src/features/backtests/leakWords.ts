/** The verdict of the leak check in words. */
import type { BadgeTone } from '@/components/Badge'
import type { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'

export type LeakVerdict = ReturnType<typeof graphql.scalar<'LeakVerdict'>>
export type SelectionVerdict = ReturnType<typeof graphql.scalar<'SelectionVerdict'>>

interface Leak {
  bar: string
  column: string
  cut: string
  method: string
}

export const LEAK_BADGES: Record<LeakVerdict, { label: string; tone: BadgeTone }> = {
  CLEAN: { label: 'Clean', tone: 'gain' },
  LEAK: { label: 'Leak', tone: 'loss' },
  NOT_CHECKED: { label: 'Not checked', tone: 'warn' },
}

/** Names of the columns that can show a leak. */
const COLUMNS: Record<string, string> = {
  z: 'the z-score',
  beta: 'the hedge ratio',
  position: 'the position',
  quantity: 'the number of shares',
  cash: 'the cash',
  equity: 'the equity',
}

/** What the check found about the run itself. */
export function describeLeak(verdict: LeakVerdict, cuts: number, leak: Leak | null): string {
  if (verdict === 'NOT_CHECKED')
    return 'The trading period is too short to be cut anywhere, so nothing was checked.'
  if (verdict === 'CLEAN' || !leak)
    return `The run was made again with its future cut off, and with another future, at ${formatCount(cuts)} places. Nothing before any of them changed.`
  const done = leak.method === 'TRUNCATED' ? 'were cut off' : 'were replaced by others'
  return `The figures are not to be believed: at ${formatDay(leak.bar)}, ${COLUMNS[leak.column] ?? leak.column} changed when the bars from ${formatDay(leak.cut)} on ${done}. The run knew its future.`
}

/** What the check says about how the pair was chosen. */
export const SELECTION_WORDS: Record<SelectionVerdict, string> = {
  NOT_SCANNED: 'No scan of yours found this pair, so the choice itself is not judged.',
  BEFORE_TRADING: 'The scan that found this pair used no data of the trading period.',
  KNOWS_TRADING:
    'A scan that found this pair used data of the trading period: the pair was chosen by hindsight.',
}
