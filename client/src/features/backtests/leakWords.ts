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
  weight: 'the weight of a pair',
  quantity: 'the number of shares',
  quantity_y: 'the number of shares of Y',
  quantity_x: 'the number of shares of X',
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

/** What the check says about how the pair, or the pairs of a book, were chosen. */
export const SELECTION_WORDS: Record<'pair' | 'book', Record<SelectionVerdict, string>> = {
  pair: {
    NOT_SCANNED: 'No scan of yours found this pair, so the choice itself is not judged.',
    BEFORE_TRADING: 'The scan that found this pair used no data of the trading period.',
    KNOWS_TRADING:
      'A scan that found this pair used data of the trading period: the pair was chosen by hindsight.',
  },
  book: {
    NOT_SCANNED: 'Not every pair was found by a scan of yours, so the choice itself is not judged.',
    BEFORE_TRADING: 'The scans that found the pairs used no data of the trading period.',
    KNOWS_TRADING:
      'A scan that found one of the pairs used data of the trading period: it was chosen by hindsight.',
  },
}
