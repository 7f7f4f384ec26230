import { expect, test } from 'vitest'
import { DEFAULT_DRAFT, FIELDS, readDraft } from './portfolioDraft'
import { describeBook, describeLimits } from './portfolioWords'

const PERIODS = {
  formation: { start: '2012-01-30', end: '2017-01-31' },
  trading: { start: '2017-01-31', end: '2022-12-28' },
}
const DRAFT = { ...DEFAULT_DRAFT, pairIds: ['p', 'q'], periods: PERIODS }

test('the defaults are the schema’s defaults', () => {
  expect(readDraft(DRAFT)).toEqual({
    input: {
      pairIds: ['p', 'q'],
      formation: { start: '2012-01-30T00:00:00Z', end: '2017-01-31T00:00:00Z' },
      trading: { start: '2017-01-31T00:00:00Z', end: '2022-12-28T00:00:00Z' },
      allocation: 'EQUAL',
      nameLimit: null,
      prices: 'LOG',
      hedge: 'OLS',
      zScore: 'FORMATION',
      window: null,
      entry: 2,
      exit: 0.5,
      stop: null,
      maxHold: null,
      gross: 1,
      capital: 100000,
      commissionBps: 1,
      slippageBps: 2,
      borrowBps: 0,
      campaignId: null,
    },
  })
})

test('everything that cannot be read is said by field, all at once', () => {
  const draft = { ...DEFAULT_DRAFT, capital: 'much', nameLimit: 'x', maxHold: '1.5', stop: 'no' }
  expect(readDraft(draft)).toEqual({
    mistakes: {
      pairIds: 'Choose at least one pair.',
      formation: 'Choose the periods.',
      capital: 'A number is needed here.',
      nameLimit: 'A number is needed here.',
      stop: 'A number is needed here.',
      maxHold: 'A whole number is needed here.',
    },
  })
})

test('every typed value has a field for its problems', () => {
  expect(FIELDS).toEqual(expect.arrayContaining([...Object.keys(DEFAULT_DRAFT), 'formation', 'trading']))
})

test('limits are told where they did something', () => {
  expect([describeLimits(0, 0), describeLimits(2, 0), describeLimits(2, 1)]).toEqual([
    '—',
    '2 blocked',
    '2 blocked, 1 reduced',
  ])
})

test('a book without a Sharpe ratio says why', () => {
  const flat = { value: 0, low: null, high: null, reason: null }
  const none = { value: null, low: null, high: null, reason: 'equity never moves' }
  expect(describeBook(flat, none, [{ total: 0 }])).toBe(
    '1 pair as one book returned 0.0% after costs, with no Sharpe ratio: equity never moves. 0 of 1 pair ended with a profit.',
  )
})
