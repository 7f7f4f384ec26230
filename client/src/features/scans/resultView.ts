/** How the results of a scan are listed, as the page's address says it. */
import type { graphql } from '@/graphql/tada'
import type { RawSearch } from '@/lib/search'

export type ResultOrder = ReturnType<typeof graphql.scalar<'ScanResultOrder'>>

export interface ResultView {
  order?: ResultOrder
  maxP?: number
}

export const ORDERS: readonly { value: ResultOrder; label: string }[] = [
  { value: 'RANK_ASC', label: 'Smallest p' },
  { value: 'R_SQUARED_DESC', label: 'Best fit, R²' },
  { value: 'HALF_LIFE_ASC', label: 'Shortest half-life' },
  { value: 'DISTANCE_ASC', label: 'Smallest distance' },
]

export const MAX_P: readonly number[] = [0.1, 0.05, 0.01, 0.001]

/** What an address says about the view; anything else is dropped. */
export function readResultView(search: RawSearch): ResultView {
  const order = ORDERS.find(({ value }) => value === search['order'])?.value
  const maxP = search['maxP']
  const usable = typeof maxP === 'number' && maxP > 0 && maxP < 1
  return { ...(order && order !== 'RANK_ASC' ? { order } : {}), ...(usable ? { maxP } : {}) }
}
