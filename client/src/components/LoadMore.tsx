/** The button under a list that goes on. */
import { Button } from './Button'

interface LoadMoreProps {
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  fetching: boolean
  shown: number
  total: number | null
  onMore: (after: string) => void
}

export function LoadMore({ pageInfo, fetching, shown, total, onMore }: LoadMoreProps) {
  const { endCursor, hasNextPage } = pageInfo
  return (
    <div className="flex items-center justify-between gap-3 border-t border-line px-4 py-2.5 text-sm text-muted sm:px-5">
      <span>{total === null ? `${shown} shown` : `${shown} of ${total}`}</span>
      {hasNextPage && endCursor !== null && (
        <Button size="small" busy={fetching} onClick={() => onMore(endCursor)}>
          {fetching ? 'Loading…' : 'Load more'}
        </Button>
      )}
    </div>
  )
}
