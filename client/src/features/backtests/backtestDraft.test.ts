import { expect, test } from 'vitest'
import { DEFAULT_DRAFT, FIELDS, readDraft } from './backtestDraft'

const CONTEXT = {
  pairId: 'p',
  periods: {
    formation: { start: '2012-01-30', end: '2017-01-31' },
    trading: { start: '2017-01-31', end: '2022-12-28' },
  },
  prices: 'LOG',
  hedge: 'KALMAN',
} as const

test('the defaults are the schema’s defaults, for the page’s periods, prices and hedge', () => {
  expect(readDraft(DEFAULT_DRAFT, CONTEXT)).toEqual({
    input: {
      pairId: 'p',
      formation: { start: '2012-01-30T00:00:00Z', end: '2017-01-31T00:00:00Z' },
      trading: { start: '2017-01-31T00:00:00Z', end: '2022-12-28T00:00:00Z' },
      prices: 'LOG',
      hedge: 'KALMAN',
      zScore: 'FORMATION',
      window: null,
      entry: 2,
      exit: 0.5,
      stop: null,
      maxHold: null,
      sizing: 'GROSS',
      gross: 1,
      notional: 10000,
      capital: 100000,
      commissionBps: 1,
      slippageBps: 2,
      borrowBps: 0,
      fill: 'CLOSE',
      rehedgeBand: null,
      campaignId: null,
    },
  })
})

test('a target volatility and a re-hedge band are typed in per cent', () => {
  const draft = {
    ...DEFAULT_DRAFT,
    sizing: 'VOLATILITY_TARGET',
    targetVolatility: '12.5',
    rehedgeBand: '5',
  } as const
  expect(readDraft(draft, CONTEXT)).toMatchObject({
    input: { sizing: 'VOLATILITY_TARGET', targetVolatility: 0.125, volatilityWindow: 60, rehedgeBand: 0.05 },
  })
})

test('what is no number is said by field, all at once', () => {
  const draft = { ...DEFAULT_DRAFT, zScore: 'ROLLING', window: '2.5', entry: 'two', stop: '1e999' } as const
  expect(readDraft(draft, CONTEXT)).toEqual({
    mistakes: {
      window: 'A whole number is needed here.',
      entry: 'A number is needed here.',
      stop: 'A number is needed here.',
    },
  })
})

test('the window of a z-score from the formation period is not read', () => {
  expect('input' in readDraft({ ...DEFAULT_DRAFT, window: 'nonsense' }, CONTEXT)).toBe(true)
})

test('every typed value has a field for its problems', () => {
  expect(FIELDS).toEqual(expect.arrayContaining(Object.keys(DEFAULT_DRAFT)))
})
