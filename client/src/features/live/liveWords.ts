/** What a live pair is said to do, in words. */
import type { BadgeTone } from '@/components/Badge'
import type { graphql } from '@/graphql/tada'
import { formatCount, formatNumber } from '@/lib/numbers'

export type Signal = ReturnType<typeof graphql.scalar<'Signal'>>
export type Timeframe = ReturnType<typeof graphql.scalar<'Timeframe'>>

interface SignalWords {
  label: string
  tone: BadgeTone
  /** What to hold from the next bar on. */
  meaning: (y: string, x: string) => string
}

export const SIGNALS: Record<Signal, SignalWords> = {
  FLAT: { label: 'Flat', tone: 'plain', meaning: () => 'Hold nothing.' },
  LONG: { label: 'Long', tone: 'gain', meaning: (y, x) => `Buy ${y}, and sell β of ${x}.` },
  SHORT: { label: 'Short', tone: 'loss', meaning: (y, x) => `Sell ${y}, and buy β of ${x}.` },
}

const BAR: Partial<Record<Timeframe, string>> = {
  M1: '1-minute bars',
  M5: '5-minute bars',
  M15: '15-minute bars',
  M30: '30-minute bars',
  H1: 'hourly bars',
  H4: '4-hour bars',
  D1: 'daily bars',
}

/** The bars of a timeframe: "daily bars". */
export const barWords = (timeframe: Timeframe): string => BAR[timeframe] ?? `${timeframe} bars`

/** The evidence of decay, as a share of the alarm's level. */
export function decayWords(decay: number | null): string {
  if (decay === null) return 'unknown'
  if (decay >= 1) return 'no longer reverts'
  return decay < 0.01 ? 'no sign' : `${formatNumber(100 * decay, 0)}% of alarm`
}

const BARS_A_YEAR = 252

/** The stated rate of false alarms of a watch. */
export function falseAlarmWords(bars: number, timeframe: Timeframe): string {
  const years = timeframe === 'D1' ? ` (about ${formatNumber(bars / BARS_A_YEAR, 0)} years)` : ''
  return `while nothing has changed, at most one false alarm in ${formatCount(bars)} ${barWords(timeframe)} on average${years}`
}
