import { expect, test } from 'vitest'
import { filterOf, nextOrder, readInstrumentView, sortOf } from './instrumentView'

test('an address says the view; what makes no sense is dropped', () => {
  const search = {
    q: 'ko',
    market: 'US',
    kind: 'ETF',
    timeframe: 'M5',
    prices: 'generated',
    order: 'BAR_COUNT_DESC',
  }
  expect(readInstrumentView(search)).toEqual(search)
  expect(
    readInstrumentView({
      q: '',
      market: 7,
      kind: 'toString',
      timeframe: 'X',
      prices: 'x',
      order: 'SYMBOL_ASC',
    }),
  ).toEqual({})
})

test('the view as the graph filters', () => {
  expect(filterOf({})).toBe(null)
  expect(filterOf({ order: 'NAME_ASC' })).toBe(null)
  expect(filterOf({ q: 'ko', market: 'US', kind: 'ETF', timeframe: 'M5', prices: 'observed' })).toEqual({
    OR: [{ symbol: { contains: 'ko' } }, { name: { contains: 'ko' } }],
    market: { eq: 'US' },
    kind: { eq: 'ETF' },
    timeframe: { eq: 'M5' },
    synthetic: { eq: false },
  })
})

test('a column is sorted upwards first, then downwards', () => {
  expect(nextOrder('name', 'SYMBOL_ASC')).toBe('NAME_ASC')
  expect(nextOrder('name', 'NAME_ASC')).toBe('NAME_DESC')
  expect(nextOrder('name', 'NAME_DESC')).toBe('NAME_ASC')
  expect([sortOf('symbol', 'SYMBOL_DESC'), sortOf('name', 'SYMBOL_DESC')]).toEqual(['descending', 'none'])
})
