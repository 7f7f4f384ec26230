import { expect, test } from 'vitest'
import { waterfall } from './waterfall'

test('each bar begins where the one before it ended, and the last is the sum', () => {
  expect(waterfall([6, -8, 3])).toEqual({
    bars: [
      { amount: 6, sum: 6, left: 0.25, width: 0.75 },
      { amount: -8, sum: -2, left: 0, width: 1 },
      { amount: 3, sum: 1, left: 0, width: 0.375 },
    ],
    total: { amount: 1, sum: 1, left: 0.25, width: 0.125 },
    zero: 0.25,
  })
})

test('nothing earned is nothing drawn', () => {
  expect(waterfall([0, 0])).toEqual({
    bars: [
      { amount: 0, sum: 0, left: 0, width: 0 },
      { amount: 0, sum: 0, left: 0, width: 0 },
    ],
    total: { amount: 0, sum: 0, left: 0, width: 0 },
    zero: 0,
  })
  expect(waterfall([]).total.sum).toBe(0)
})
