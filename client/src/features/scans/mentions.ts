/** How often a pair was found, in words. */
import { formatCount, formatNumber } from '@/lib/numbers'

/** "Found in 2 scans, best q = 0.31"; the best of those at hand, where any q is known. */
export function describeMentions(
  total: number | null,
  results: readonly { qValue: number | null }[],
): string {
  const count = total ?? results.length
  const known = results.flatMap(({ qValue }) => (qValue === null ? [] : [qValue]))
  const best = known.length > 0 ? `, best q = ${formatNumber(Math.min(...known))}` : ''
  return `Found in ${formatCount(count)} ${count === 1 ? 'scan' : 'scans'}${best}`
}
