/** The scales on which a hedge ratio is estimated, in words. */
import type { graphql } from '@/graphql/tada'

export type PriceScale = ReturnType<typeof graphql.scalar<'PriceScale'>>

export const PRICE_SCALES: readonly { value: PriceScale; label: string }[] = [
  { value: 'LOG', label: 'Log prices' },
  { value: 'RAW', label: 'Prices' },
]

/** A price scale as an address says it; anything else is the default. */
export const readPriceScale = (text: unknown): PriceScale | undefined =>
  text === 'LOG' || text === 'RAW' ? text : undefined
