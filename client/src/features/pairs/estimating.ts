/** What the statistics of a pair are estimated from. */
import type { Period } from '@/lib/periods'
import type { HedgeMethod } from './hedgeMethods'
import type { PriceScale } from './priceScales'

export interface Estimating {
  pairId: string
  formation: Period
  prices: PriceScale
  hedge: HedgeMethod
}
