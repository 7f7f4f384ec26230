/** Grey shapes where content will be, so that the page does not jump. */
import { classes } from '@/lib/classes'

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden="true" className={classes('animate-pulse rounded bg-raised', className)} />
}

/** Lines of a table or a text that is still loading. */
export function SkeletonRows({ rows = 5, label = 'Loading…' }: { rows?: number; label?: string }) {
  return (
    <div role="status" className="grid gap-3 px-4 py-4 sm:px-5">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <Skeleton key={row} className="h-6" />
      ))}
    </div>
  )
}
