import { expect, test } from 'vitest'
import { filterOf, readBacktestView } from './backtestView'

test('an address says the order and the states, and nothing else', () => {
  expect(readBacktestView({ state: 'failed', order: 'SHARPE_DESC' })).toEqual({
    state: 'failed',
    order: 'SHARPE_DESC',
  })
  expect(readBacktestView({ state: 'all', order: 'CREATED_DESC', q: 'KO' })).toEqual({})
  expect(readBacktestView({ state: 'toString', order: ['SHARPE_DESC'] })).toEqual({})
})

test('all states are no filter', () => {
  expect(filterOf({})).toBeNull()
  expect(filterOf({ state: 'failed' })).toEqual({ state: { in: ['FAILED'] } })
})
