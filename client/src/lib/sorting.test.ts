import { expect, test } from 'vitest'
import { pressed } from './sorting'

test('pressing a column again turns it round', () => {
  const first = pressed({ by: 'number', descending: false }, 'pnl', true)
  expect(first).toEqual({ by: 'pnl', descending: true })
  expect(pressed(first, 'pnl', true)).toEqual({ by: 'pnl', descending: false })
})
