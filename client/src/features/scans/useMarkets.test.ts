import { expect, test } from 'vitest'
import { largestMarket } from './useMarkets'

const market = (code: string, totalCount: number | null) => ({ code, instruments: { totalCount } })

test('a form begins with the market that has the most instruments', () => {
  expect(largestMarket([market('OTHER', 1), market('US', 20), market('EU', 3)])).toBe('US')
  expect(largestMarket([market('A', 2), market('B', 2)])).toBe('A')
  expect(largestMarket([market('NEW', null)])).toBe('NEW')
  expect(largestMarket([])).toBeUndefined()
})
