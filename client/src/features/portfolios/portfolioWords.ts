/** What became of a book, in sentences. */
import type { Estimate } from '@/graphql/estimates'
import { formatCount, formatNumber, formatSignedPercent } from '@/lib/numbers'

const counted = (count: number, one: string, many: string) =>
  `${formatCount(count)} ${count === 1 ? one : many}`

/** What the limit per name did to a pair's entries. */
export function describeLimits(blocked: number, reduced: number): string {
  const parts = [
    ...(blocked > 0 ? [`${formatCount(blocked)} blocked`] : []),
    ...(reduced > 0 ? [`${formatCount(reduced)} reduced`] : []),
  ]
  return parts.join(', ') || '—'
}

interface Shares {
  total: number
}

/** What the pairs came to together, and how many of them carried it. */
export function describeBook(totalReturn: Estimate, sharpe: Estimate, pairs: readonly Shares[]): string {
  const won = pairs.filter(({ total }) => total > 0).length
  const book = counted(pairs.length, 'pair', 'pairs')
  const worth =
    sharpe.value === null
      ? `no Sharpe ratio: ${sharpe.reason ?? 'no value'}`
      : `a Sharpe ratio of ${formatNumber(sharpe.value)}`
  const earned = totalReturn.value === null ? 'an unknown return' : formatSignedPercent(totalReturn.value)
  return `${book} as one book returned ${earned} after costs, with ${worth}. ${formatCount(won)} of ${book} ended with a profit.`
}
