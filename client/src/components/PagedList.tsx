/** A list of rows that goes on: skeleton, empty state, failure, rows, and the button for more of them. */
import type { ReactNode } from 'react'
import { Card } from './Card'
import { Failure } from './Failure'
import { LoadMore, type Page } from './LoadMore'
import { SkeletonRows } from './Skeleton'

interface PagedListProps<Row> {
  title: string
  /** What it lists, as in "the sweeps". */
  what: string
  page: Page<Row> | undefined
  fetching: boolean
  problem: string | undefined
  /** What stands there without any row. */
  empty: ReactNode
  children: (rows: readonly Row[]) => ReactNode
  onRetry: () => void
  onMore: (after: string) => void
}

export function PagedList<Row>(props: PagedListProps<Row>) {
  const { title, what, page, fetching, problem, empty, children, onRetry, onMore } = props
  return (
    <>
      {problem !== undefined && (
        <Failure title={`${what} cannot be shown`} message={problem} onRetry={onRetry} />
      )}
      <Card title={title} flush>
        {!page && fetching && <SkeletonRows />}
        {page?.nodes.length === 0 && empty}
        {page && page.nodes.length > 0 && (
          <>
            {children(page.nodes)}
            <LoadMore page={page} fetching={fetching} onMore={onMore} />
          </>
        )}
      </Card>
    </>
  )
}
