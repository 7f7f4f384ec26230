import { expect, test } from 'vitest'
import { ageLasts, formatAge } from './ages'

test.each([
  [-5000, 'just now'],
  [1999, 'just now'],
  [2000, '2 s ago'],
  [59_999, '59 s ago'],
  [60_000, '1 min ago'],
  [3_599_999, '59 min ago'],
  [7_200_000, '2 h ago'],
  [86_400_000, '1 day ago'],
  [4 * 86_400_000, '4 days ago'],
])('%d ms', (age, text) => {
  expect(formatAge(age)).toBe(text)
})

test('an age is written again when it changes', () => {
  expect([0, 1400, 59_999, 60_000, 100_000, -300].map(ageLasts)).toEqual([1000, 600, 1, 60_000, 20_000, 1000])
})
