/** What the choices of a scan mean, one line each. */
import type { PriceScale } from '@/features/pairs/priceScales'
import type { Correction, Criterion, Trend } from './scanDraft'

interface Choice<T> {
  value: T
  label: string
  meaning: string
}

export const PRICES: readonly Choice<PriceScale>[] = [
  {
    value: 'LOG',
    label: 'Log prices',
    meaning: 'β splits amounts of money; percentages count alike at any price.',
  },
  { value: 'RAW', label: 'Prices', meaning: 'β counts shares; works with prices that are not positive.' },
]

export const TRENDS: readonly Choice<Trend>[] = [
  { value: 'C', label: 'A constant', meaning: 'The spread returns to one level.' },
  {
    value: 'CT',
    label: 'A constant and a trend',
    meaning: 'The spread returns to a straight line; the test asks for more evidence.',
  },
]

export const CRITERIA: readonly Choice<Criterion>[] = [
  { value: 'AIC', label: 'Akaike (AIC)', meaning: 'Chooses the lags of each test; tends to more of them.' },
  {
    value: 'BIC',
    label: 'Bayesian (BIC)',
    meaning: 'Chooses the lags of each test; tends to fewer of them.',
  },
  { value: 'FIXED', label: 'A fixed number', meaning: 'Every test has the same number of lags.' },
]

export const CORRECTIONS: readonly Choice<Correction>[] = [
  {
    value: 'BY',
    label: 'Benjamini–Yekutieli',
    meaning:
      'The share of false finds stays below the level however the tests hang together. The safe choice.',
  },
  {
    value: 'BH',
    label: 'Benjamini–Hochberg',
    meaning: 'Finds more, but promises its level only for independent tests; pairs that share a leg are not.',
  },
  {
    value: 'HOLM',
    label: 'Holm',
    meaning: 'The chance of even one false find stays below the level. The strictest.',
  },
]

export const NAMES_OF_CORRECTIONS: Record<Correction, string> = { BY: 'BY', BH: 'BH', HOLM: 'Holm' }

/** What the chosen one means. */
export const meaningOf = <T>(choices: readonly Choice<T>[], value: T): string =>
  choices.find((choice) => choice.value === value)?.meaning ?? ''
