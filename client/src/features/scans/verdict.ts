/** What a scan found, in words that count the tests. */
import { formatCount, formatExpected } from '@/lib/numbers'
import type { Correction } from './scanDraft'
import { NAMES_OF_CORRECTIONS } from './scanWords'

export interface Found {
  pairsTested: number
  belowLevel: number
  expectedFalse: number
  discoveries: number
}

export interface Verdict {
  found: string
  chance: string
  remain: string
  /** What to make of it. */
  advice: string
}

const pairs = (count: number) => (count === 1 ? 'directed pair' : 'directed pairs')

function adviceOf({ belowLevel, expectedFalse, discoveries }: Found): string {
  if (discoveries > 0) return 'What remains is worth a closer look, and a test on later data.'
  if (belowLevel > 0 && belowLevel <= expectedFalse)
    return 'Nothing here is more than luck would show: a small p among so many tests is no find.'
  return 'No single pair stands out beyond the number of tests: treat the best ones as ideas, not as finds.'
}

/** The three counts of a verdict as phrases of one sentence, and what to make of them. */
export function verdictOf(found: Found, level: number, correction: Correction): Verdict {
  const { pairsTested, belowLevel, expectedFalse, discoveries } = found
  return {
    found: `${formatCount(belowLevel)} of ${formatCount(pairsTested)} ${pairs(pairsTested)} ${belowLevel === 1 ? 'has' : 'have'} p < ${level}`,
    chance: `${formatExpected(expectedFalse)} would by chance alone`,
    remain: `${formatCount(discoveries)} ${discoveries === 1 ? 'remains' : 'remain'} after ${NAMES_OF_CORRECTIONS[correction]}`,
    advice: adviceOf(found),
  }
}

/** The verdict in one sentence. */
export function verdictSentence(found: Found, level: number, correction: Correction): string {
  const words = verdictOf(found, level, correction)
  return `${words.found}; ${words.chance}; ${words.remain}.`
}

/** What a scan would take: "380 tests, under a second". */
export function describeEstimate({ tests, seconds }: { tests: number; seconds: number }): string {
  return `${formatCount(tests)} ${tests === 1 ? 'test' : 'tests'}, ${describeSeconds(seconds)}`
}

function describeSeconds(seconds: number): string {
  if (seconds < 1) return 'under a second'
  if (seconds < 90) return `about ${formatCount(Math.max(1, seconds))} s on one core`
  if (seconds < 5400) return `about ${formatCount(seconds / 60)} min on one core`
  return `about ${formatCount(seconds / 3600)} h on one core`
}
