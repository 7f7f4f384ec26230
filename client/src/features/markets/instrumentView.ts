/** How instruments are listed, as the page's address says it. */
import type { graphql } from '@/graphql/tada'
import { type RawSearch, readText } from '@/lib/search'
import { type InstrumentKind, KIND_WORDS, TIMEFRAME_WORDS, type Timeframe } from './marketWords'

export type InstrumentOrder = ReturnType<typeof graphql.scalar<'InstrumentOrder'>>
type InstrumentFilter = ReturnType<typeof graphql.scalar<'InstrumentFilter'>>

/** The orders of each column that can be sorted by; another sortable column is one more line. */
export const SORTS = {
  symbol: { ascending: 'SYMBOL_ASC', descending: 'SYMBOL_DESC' },
  name: { ascending: 'NAME_ASC', descending: 'NAME_DESC' },
  barCount: { ascending: 'BAR_COUNT_ASC', descending: 'BAR_COUNT_DESC' },
  firstBar: { ascending: 'FIRST_BAR_ASC', descending: 'FIRST_BAR_DESC' },
  lastBar: { ascending: 'LAST_BAR_ASC', descending: 'LAST_BAR_DESC' },
} as const satisfies Record<string, { ascending: InstrumentOrder; descending: InstrumentOrder }>

export type SortColumn = keyof typeof SORTS
const ORDERS: readonly InstrumentOrder[] = Object.values(SORTS).flatMap(({ ascending, descending }) => [
  ascending,
  descending,
])

export const DEFAULT_ORDER: InstrumentOrder = 'SYMBOL_ASC'

/** The order after a press on a column: ascending first, then the other way round. */
export function nextOrder(column: SortColumn, now: InstrumentOrder): InstrumentOrder {
  const { ascending, descending } = SORTS[column]
  return now === ascending ? descending : ascending
}

/** Which way a column is sorted now, as aria-sort says it. */
export function sortOf(column: SortColumn, now: InstrumentOrder): 'ascending' | 'descending' | 'none' {
  const { ascending, descending } = SORTS[column]
  return now === ascending ? 'ascending' : now === descending ? 'descending' : 'none'
}

export interface InstrumentView {
  q?: string
  market?: string
  kind?: InstrumentKind
  timeframe?: Timeframe
  prices?: 'observed' | 'generated'
  order?: InstrumentOrder
}

/** What an address says about the view; anything else is dropped. */
export function readInstrumentView(search: RawSearch): InstrumentView {
  const [q, market, kind, timeframe, prices] = ['q', 'market', 'kind', 'timeframe', 'prices'].map((name) =>
    readText(search[name]),
  )
  const order = ORDERS.find((one) => one === search['order'])
  return {
    ...(q ? { q } : {}),
    ...(market ? { market } : {}),
    ...(kind && Object.hasOwn(KIND_WORDS, kind) ? { kind: kind as InstrumentKind } : {}),
    ...(timeframe && Object.hasOwn(TIMEFRAME_WORDS, timeframe) ? { timeframe: timeframe as Timeframe } : {}),
    ...(prices === 'observed' || prices === 'generated' ? { prices } : {}),
    ...(order && order !== DEFAULT_ORDER ? { order } : {}),
  }
}

/** The view as the graph filters. */
export function filterOf({ q, market, kind, timeframe, prices }: InstrumentView): InstrumentFilter | null {
  const conditions: InstrumentFilter = {
    ...(q ? { OR: [{ symbol: { contains: q } }, { name: { contains: q } }] } : {}),
    ...(market ? { market: { eq: market } } : {}),
    ...(kind ? { kind: { eq: kind } } : {}),
    ...(timeframe ? { timeframe: { eq: timeframe } } : {}),
    ...(prices ? { synthetic: { eq: prices === 'generated' } } : {}),
  }
  return Object.keys(conditions).length > 0 ? conditions : null
}
