import { expect, test } from 'vitest'
import { describePValue, formatBoundedPValue, formatPValue } from './evidence'

test('a p-value is written as people write it', () => {
  expect([formatPValue(0.0004), formatPValue(0.001), formatPValue(0.5)]).toEqual([
    'p < 0.001',
    'p = 0.001',
    'p = 0.500',
  ])
})

test('evidence comes with its caveat, at less than 5% only', () => {
  expect(describePValue(0.049)).toBe(
    'Evidence of cointegration at 5% — before counting how many pairs were tried.',
  )
  expect(describePValue(0.05)).toMatch(/^No evidence/)
})

test('a p-value says where its table ends', () => {
  expect(formatBoundedPValue(0.01, 'AT_MOST')).toBe('≤ 0.01')
  expect(formatBoundedPValue(0.1, 'AT_LEAST')).toBe('≥ 0.10')
  expect(formatBoundedPValue(0.0312, 'EXACT')).toBe('0.031')
  expect(formatBoundedPValue(0.00002, 'EXACT')).toBe('< 0.001')
})
