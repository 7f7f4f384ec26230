import { expect, test } from 'vitest'
import { barChanges } from './barChanges'

const values = (close: number, volume: number | null = null) => ({
  open: null,
  high: null,
  low: null,
  close,
  volume,
})

test('what became of a bar', () => {
  expect(barChanges({ before: values(10, 3), after: values(10.5, null) })).toBe(
    'close 10 → 10.5, volume 3 → nothing',
  )
  expect(barChanges({ before: null, after: values(2) })).toBe('Added, close 2')
  expect(barChanges({ before: values(0.1 + 0.2), after: null })).toBe(
    'Removed, close was 0.30000000000000004',
  )
})
