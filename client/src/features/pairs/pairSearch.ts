/** What a pair's address says of its page. */
import { type PeriodSearch, readPeriodSearch } from '@/lib/periods'
import type { RawSearch } from '@/lib/search'
import { type HedgeMethod, readHedgeMethod } from './hedgeMethods'
import { type PriceScale, readPriceScale } from './priceScales'

export type PairSearch = PeriodSearch & { prices?: PriceScale; hedge?: HedgeMethod }

/** The search parameters of a pair's page; what makes no sense is left out. */
export function readPairSearch(search: RawSearch): PairSearch {
  const prices = readPriceScale(search['prices'])
  const hedge = readHedgeMethod(search['hedge'])
  return { ...readPeriodSearch(search), ...(prices ? { prices } : {}), ...(hedge ? { hedge } : {}) }
}
