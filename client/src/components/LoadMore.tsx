/** The button under a list that goes on. */
import { Button } from './Button'

export interface Page<Row> {
  nodes: readonly Row[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  totalCount: number | null
}

interface LoadMoreProps {
  page: Page<unknown>
  fetching: boolean
  onMore: (after: string) => void
}

export function LoadMore({ page, fetching, onMore }: LoadMoreProps) {
  const { endCursor, hasNextPage } = page.pageInfo
  const [shown, total] = [page.nodes.length, page.totalCount]
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
