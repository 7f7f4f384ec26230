import { expect, test } from 'vitest'
import { countTrials, describeCampaign, describeDeflated, describeRecord } from './trialWords'

const estimate = (value: number | null, reason: string | null = null) => ({
  value,
  low: null,
  high: null,
  reason,
})

test('trials are counted in words', () => {
  expect(countTrials('BACKTEST', 1)).toBe('1 backtest')
  expect(countTrials('SWEEP', 1200)).toBe('1,200 parameter sets of sweeps')
  expect(countTrials('SOMETHING_NEW', 2)).toBe('2 trials')
})

test('a result that does not stand out is said not to', () => {
  expect(describeDeflated(73, estimate(0.412), estimate(1.308))).toBe(
    'It does not stand out: the probability that it is better than the best of 73 worthless trials would look is ' +
      '41.2%; 95% would be convincing. Chance alone would show a Sharpe ratio of about 1.31.',
  )
})

test('one that does is compared with what it was', () => {
  expect(describeDeflated(1, estimate(0.97), estimate(0))).toBe(
    'It stands out: the probability that its true Sharpe ratio is above zero is 97.0%.',
  )
})

test('without a record there is no verdict', () => {
  expect(describeDeflated(3, estimate(null, 'returns do not vary'), estimate(null))).toBe(
    'No verdict: returns do not vary.',
  )
  expect(describeRecord(estimate(null, 'the Sharpe ratio is not above 0'))).toBe(
    'the Sharpe ratio is not above 0',
  )
})

test('a single trial is judged by itself', () => {
  expect(describeCampaign(1)).toMatch(/^A single trial/)
  expect(describeCampaign(1340)).toMatch(/^The best of 1,340 worthless trials looks good, too\./)
})
