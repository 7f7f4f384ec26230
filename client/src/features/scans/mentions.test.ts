import { expect, test } from 'vitest'
import { describeMentions } from './mentions'

test('scans are counted and the best q is named', () => {
  expect(describeMentions(2, [{ qValue: 0.8 }, { qValue: 0.314 }])).toBe('Found in 2 scans, best q = 0.31')
  expect(describeMentions(1, [{ qValue: null }])).toBe('Found in 1 scan')
  expect(describeMentions(null, [{ qValue: 1 }])).toBe('Found in 1 scan, best q = 1.00')
})
