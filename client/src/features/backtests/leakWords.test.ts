import { expect, test } from 'vitest'
import { describeLeak } from './leakWords'

const LEAK = { bar: '2019-03-04T00:00:00Z', column: 'beta', cut: '2020-01-02T00:00:00Z', method: 'POISONED' }

test('a leak is said with its bar, its column and where the future was taken away', () => {
  expect(describeLeak('LEAK', 6, LEAK)).toBe(
    'The figures are not to be believed: at Mar 4, 2019, the hedge ratio changed when the bars from Jan 2, 2020 on ' +
      'were replaced by others. The run knew its future.',
  )
})

test('every column that can leak has a name to read', () => {
  for (const column of ['z', 'beta', 'weight', 'position', 'quantity', 'quantity_y', 'cash', 'equity'])
    expect(describeLeak('LEAK', 6, { ...LEAK, column })).not.toContain(`, ${column} changed`)
})

test('a clean run says what was tried', () => {
  expect(describeLeak('CLEAN', 6, null)).toBe(
    'The run was made again with its future cut off, and with another future, at 6 places. Nothing before any of them changed.',
  )
  expect(describeLeak('NOT_CHECKED', 0, null)).toMatch(/too short/)
})
