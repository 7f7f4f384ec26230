import { expect, test } from 'vitest'
import { readResultView } from './resultView'

test('an address says order and largest p; nonsense is dropped', () => {
  expect(readResultView({ order: 'HALF_LIFE_ASC', maxP: 0.05 })).toEqual({
    order: 'HALF_LIFE_ASC',
    maxP: 0.05,
  })
  expect(readResultView({ order: 'RANK_ASC' })).toEqual({})
  expect(readResultView({ order: 'DROP TABLE', maxP: 'x' })).toEqual({})
  expect(readResultView({ maxP: 2 })).toEqual({})
})
