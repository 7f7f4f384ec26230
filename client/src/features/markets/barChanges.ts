/** What became of a bar from one revision to another, in words. */

type Values = Record<'open' | 'high' | 'low' | 'close' | 'volume', number | null>

const COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const
// Every digit: a restatement may be in the last one.
const write = (value: number | null): string => (value === null ? 'nothing' : String(value))

/** "close 10 → 10.5, volume 3 → 4"; or that the bar is only in one of them. */
export function barChanges({ before, after }: { before: Values | null; after: Values | null }): string {
  if (!before) return after ? `Added, close ${write(after.close)}` : ''
  if (!after) return `Removed, close was ${write(before.close)}`
  return COLUMNS.filter((column) => before[column] !== after[column])
    .map((column) => `${column} ${write(before[column])} → ${write(after[column])}`)
    .join(', ')
}
