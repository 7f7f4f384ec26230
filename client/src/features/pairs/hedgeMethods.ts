/** The ways of estimating a hedge ratio, in words. */
import type { graphql } from '@/graphql/tada'

export type HedgeMethod = ReturnType<typeof graphql.scalar<'HedgeMethod'>>

interface HedgeWords {
  value: HedgeMethod
  label: string
  meaning: string
  /** Whether β changes from bar to bar. */
  moves: boolean
}

export const HEDGE_METHODS: readonly HedgeWords[] = [
  {
    value: 'OLS',
    label: 'Least squares',
    meaning: 'One β from the formation period; y is explained by x.',
    moves: false,
  },
  {
    value: 'TLS',
    label: 'Total least squares',
    meaning: 'One β that treats both legs alike: swapping them gives 1/β.',
    moves: false,
  },
  {
    value: 'JOHANSEN',
    label: 'Johansen',
    meaning: 'One β by maximum likelihood from a model of both legs together.',
    moves: false,
  },
  {
    value: 'ROLLING_OLS',
    label: 'Rolling least squares',
    meaning: 'A new β at each bar, from the last 252 bars.',
    moves: true,
  },
  {
    value: 'KALMAN',
    label: 'Kalman filter',
    meaning: 'β drifts and is updated at each bar; how fast comes from the formation period.',
    moves: true,
  },
]

/** A hedge method as an address says it; anything else, and the default, is nothing. */
export const readHedgeMethod = (text: unknown): HedgeMethod | undefined =>
  HEDGE_METHODS.find(({ value }) => value === text && value !== 'OLS')?.value

/** The words about a method. */
export const hedgeWords = (method: HedgeMethod): HedgeWords =>
  HEDGE_METHODS.find(({ value }) => value === method) ?? (HEDGE_METHODS[0] as HedgeWords)
