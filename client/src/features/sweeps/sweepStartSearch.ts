/** What a sweep begins with, as the page's address says it. */
import { type PriceScale, readPriceScale } from '@/features/pairs/priceScales'
import { type PeriodSearch, readPeriodSearch } from '@/lib/periods'
import { type RawSearch, readText } from '@/lib/search'

export interface SweepStartSearch extends PeriodSearch {
  /** The pair's legs: KO/PEP. */
  pair?: string
  prices?: PriceScale
}

/** What an address says about it; anything else is dropped. */
export function readSweepStartSearch(search: RawSearch): SweepStartSearch {
  const pair = readText(search['pair'])
  const prices = readPriceScale(search['prices'])
  return {
    ...readPeriodSearch(search),
    ...(pair ? { pair } : {}),
    ...(prices ? { prices } : {}),
  }
}
