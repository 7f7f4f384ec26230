/** How many alerts nobody has seen, as a way to them. */
import { Link } from '@tanstack/react-router'
import { classes } from '@/lib/classes'
import { formatCount } from '@/lib/numbers'

export function AlertCount({ unseen }: { unseen: number }) {
  const words =
    unseen === 0 ? 'No new alerts' : unseen === 1 ? '1 new alert' : `${formatCount(unseen)} new alerts`
  return (
    <Link
      to="/alerts"
      aria-label={words}
      title={words}
      className={classes(
        'inline-flex min-h-8 items-center gap-1.5 rounded-md px-2 text-sm hover:bg-raised',
        unseen > 0 ? 'font-medium text-warn' : 'text-muted',
      )}
    >
      <svg
        aria-hidden="true"
        viewBox="0 0 16 16"
        className="size-4 fill-none stroke-current"
        strokeWidth="1.5"
      >
        <path d="M3.5 11.5c1-1 1-2 1-4.5a3.5 3.5 0 0 1 7 0c0 2.5 0 3.5 1 4.5zM6.5 13.5a1.6 1.6 0 0 0 3 0" />
      </svg>
      {unseen > 0 && (unseen > 99 ? '99+' : unseen)}
    </Link>
  )
}
