import { expect, test } from 'vitest'
import {
  formatCount,
  formatMoney,
  formatNumber,
  formatPercent,
  formatProfit,
  formatSigned,
  formatSignedPercent,
  tone,
} from './numbers'

test('a missing or impossible number is a dash', () => {
  for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect([
      formatCount(value),
      formatNumber(value),
      formatMoney(value, 'USD'),
      formatPercent(value),
    ]).toEqual(['—', '—', '—', '—'])
  }
})

test('numbers are grouped and rounded', () => {
  expect(formatCount(8313)).toBe('8,313')
  expect(formatNumber(1234.567)).toBe('1,234.57')
  expect(formatNumber(0.5, 3)).toBe('0.500')
})

test('negative numbers have a minus, not a hyphen', () => {
  expect(formatNumber(-0.5)).toBe('−0.50')
  expect(formatMoney(-16272, 'USD')).toBe('−$16,272')
})

test('signed numbers say their sign, zero has none', () => {
  expect([formatSigned(1.2), formatSigned(-0.3), formatSigned(0)]).toEqual(['+1.20', '−0.30', '0.00'])
  expect(formatSignedPercent(0.168)).toBe('+16.8%')
})

test('a profit says its sign, a loss too', () => {
  expect([formatProfit(3421, 'USD'), formatProfit(-16272, 'USD'), formatProfit(0, 'USD')]).toEqual([
    '+$3,421',
    '−$16,272',
    '$0',
  ])
})

test('an unknown currency is written after the number', () => {
  expect(formatMoney(5, 'not a currency')).toBe('5 not a currency')
})

test('the tone follows the sign', () => {
  expect([tone(1), tone(-1), tone(0), tone(null), tone(undefined)]).toEqual([
    'gain',
    'loss',
    'plain',
    'plain',
    'plain',
  ])
})

test('zero has no sign, whichever zero it is', () => {
  expect([formatMoney(-0, 'USD', 2), formatNumber(-0.001), formatCount(-0.2)]).toEqual(['$0.00', '0.00', '0'])
})

test('an amount of no known currency stands alone', () => {
  expect([formatMoney(1234.5, '', 1), formatMoney(1234.5, '¤?', 1)]).toEqual(['1,234.5', '1,234.5 ¤?'])
})
