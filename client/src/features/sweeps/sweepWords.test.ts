import { expect, test } from 'vitest'
import { describeNull, describeOverfitting, describeSize } from './sweepWords'

const estimate = (value: number | null, reason: string | null = null) => ({
  value,
  low: null,
  high: null,
  reason,
})

test('the number of sets is said before they are run', () => {
  expect(describeSize({ combinations: 45, sensible: 40 }, null)).toBe(
    '40 parameter sets will be run; 5 more make no sense (exit ≥ entry, or entry ≥ stop).',
  )
  expect(describeSize({ combinations: 1, sensible: 1 }, null)).toBe('1 parameter set will be run.')
  expect(describeSize({ combinations: 4, sensible: 0 }, null)).toBe('No combination has exit < entry < stop.')
  expect(describeSize({ combinations: 1e9, sensible: 1e9 }, null)).toBe(
    '1,000,000,000 combinations are too many: at most 200,000 are run. Draw a sample, or vary less.',
  )
  expect(describeSize({ combinations: 1e9, sensible: 1e9 }, 500)).toBe(
    'A sample of 500 from 1,000,000,000 combinations; those with exit < entry < stop are run.',
  )
})

test('overfitting is said in splits of time', () => {
  expect(describeOverfitting(estimate(0.62), estimate(0.4))).toBe(
    'The set that is best in one half of time ends below the median of the other half in 62% of splits, ' +
      'and loses money in 40%. Choosing here is no better than drawing lots.',
  )
  expect(describeOverfitting(estimate(0.05), estimate(null))).toMatch(/in 5% of splits\. The order .* holds/)
  expect(describeOverfitting(estimate(null, 'too few bars'), estimate(null))).toBe(
    'Whether choosing the best set works cannot be told: too few bars.',
  )
})

test('the best set stands beside what chance finds', () => {
  expect(describeNull(1.2, { pValue: 0.3, draws: 100, median: 1, high: 1.9 })).toBe(
    'The best set has a Sharpe ratio of 1.20; it is matched by the best of the same sweep on prices without any pull ' +
      'in 30% of 100 simulations (median 1.00, 5% exceed 1.90). Chance alone would do.',
  )
  expect(describeNull(null, null)).toMatch(/nothing to compare/)
})
