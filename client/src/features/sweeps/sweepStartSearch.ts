/** What a sweep begins with, as the page's address says it. */
import { type PriceScale, readPriceScale } from '@/features/pairs/priceScales'
import { type PeriodSearch, readPeriodSearch } from '@/lib/periods'

export interface SweepStartSearch extends PeriodSearch {
  /** The pair's legs: KO/PEP. */
  pair?: string
  prices?: PriceScale
}

/** What an address says about it; anything else is dropped. */
export function readSweepStartSearch(search: Record<string, unknown>): SweepStartSearch {
  const pair = search['pair']
  const prices = readPriceScale(search['prices'])
  return {
    ...readPeriodSearch(search),
    ...(typeof pair === 'string' && pair ? { pair } : {}),
    ...(prices ? { prices } : {}),
  }
}
