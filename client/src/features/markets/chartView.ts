/** How an instrument's bars are drawn, as the page's address says it. */

import { type RawSearch, readText } from '@/lib/search'
import { ADJUSTMENT_WORDS, type Adjustment, TIMEFRAME_WORDS, type Timeframe } from './marketWords'

export interface ChartView {
  market?: string
  adjustment?: Adjustment
  timeframe?: Timeframe
}

const known = <T extends string>(words: Record<T, unknown>, value: unknown): T | undefined =>
  typeof value === 'string' && Object.hasOwn(words, value) ? (value as T) : undefined

/** What an address says about the view; anything else is dropped. */
export function readChartView(search: RawSearch): ChartView {
  const market = readText(search['market'])
  const adjustment = known(ADJUSTMENT_WORDS, search['adjustment'])
  const timeframe = known(TIMEFRAME_WORDS, search['timeframe'])
  return {
    ...(market ? { market } : {}),
    ...(adjustment && adjustment !== 'TOTAL_RETURN' ? { adjustment } : {}),
    ...(timeframe ? { timeframe } : {}),
  }
}
