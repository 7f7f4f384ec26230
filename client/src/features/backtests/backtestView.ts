/** How backtests are listed, as the page's address says it. */
import { JOB_CHOICES, type JobView, readJobView } from '@/features/jobs/jobStates'
import type { graphql } from '@/graphql/tada'
import type { RawSearch } from '@/lib/search'

export type BacktestOrder = ReturnType<typeof graphql.scalar<'BacktestOrder'>>
type BacktestFilter = ReturnType<typeof graphql.scalar<'BacktestFilter'>>

export const DEFAULT_ORDER: BacktestOrder = 'CREATED_DESC'

export const ORDERS: readonly { value: BacktestOrder; label: string }[] = [
  { value: 'CREATED_DESC', label: 'Newest' },
  { value: 'CREATED_ASC', label: 'Oldest' },
  { value: 'SHARPE_DESC', label: 'Highest Sharpe' },
  { value: 'SHARPE_ASC', label: 'Lowest Sharpe' },
  { value: 'TOTAL_RETURN_DESC', label: 'Highest return' },
  { value: 'TOTAL_RETURN_ASC', label: 'Lowest return' },
]

export interface BacktestView extends JobView {
  order?: BacktestOrder
}

/** What an address says about the view; anything else is dropped. */
export function readBacktestView(search: RawSearch): BacktestView {
  const order = ORDERS.find(({ value }) => value === search['order'])?.value
  return {
    ...readJobView(search),
    ...(order && order !== DEFAULT_ORDER ? { order } : {}),
  }
}

/** The view as the graph filters. */
export function filterOf({ state = 'all' }: BacktestView): BacktestFilter | null {
  const { states } = JOB_CHOICES[state]
  return states && { state: { in: [...states] } }
}
