/** What differs between two backtests, in words. */
import type { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { formatCount, formatNumber } from '@/lib/numbers'

export type DifferenceKind = ReturnType<typeof graphql.scalar<'DifferenceKind'>>

export const KIND_WORDS: Record<DifferenceKind, string> = {
  PARAMETER: 'Parameter',
  CODE: 'Code',
  SEED: 'Seed',
  DATA: 'Data',
  RESULT: 'Result',
}

const COLUMNS: Record<string, string> = { equity: 'Equity', position: 'The position', z_score: 'The z-score' }

const DIGITS: Record<string, number> = { equity: 2, position: 0 }

/** A name as the graph writes it, for reading: resultHash is "result hash". */
export const plainName = (name: string): string =>
  name.replaceAll('_', ' ').replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

interface Divergence {
  column: string
  time: string
  a: number | null
  b: number | null
}

interface Found {
  same: boolean
  differences: readonly { kind: DifferenceKind }[]
  restatedCount: number
}

/** The verdict, most telling first. */
export function describeComparison({ same, differences, restatedCount }: Found): string {
  if (same) return 'They are the same: data, code, parameters, seed and result all agree.'
  const kinds = new Set(differences.map(({ kind }) => kind))
  const inputs = [
    kinds.has('PARAMETER') && 'parameters',
    kinds.has('DATA') &&
      (restatedCount > 0 ? `data (${formatCount(restatedCount)} values restated)` : 'data'),
    kinds.has('CODE') && 'code',
    kinds.has('SEED') && 'seed',
  ].filter(Boolean)
  const result = kinds.has('RESULT') ? 'and so do their results' : 'yet their results agree'
  return inputs.length === 0
    ? 'Nothing that goes in differs, yet their results do: that should not happen.'
    : `They differ in ${inputs.join(', ')}, ${result}.`
}

/** Where the results part. */
export function describeDivergence(divergence: Divergence | null): string {
  if (!divergence) return 'On the bars that both have, the results never part.'
  const { column, time, a, b } = divergence
  const digits = DIGITS[column] ?? 4
  return `${COLUMNS[column] ?? column} parts first, on ${formatDay(time)}: ${formatNumber(a, digits)} in A, ${formatNumber(b, digits)} in B.`
}
