import { expect, test } from 'vitest'
import { pressed, sortRows } from './sorting'

const ROWS = [
  { name: 'b', pnl: 2 },
  { name: 'a', pnl: null },
  { name: 'c', pnl: -1 },
  { name: 'd', pnl: 2 },
]
const names = (rows: typeof ROWS) => rows.map(({ name }) => name).join('')

test('rows are sorted both ways, those without a value last, equal ones as they were', () => {
  expect(names(sortRows(ROWS, ({ pnl }) => pnl, false))).toBe('cbda')
  expect(names(sortRows(ROWS, ({ pnl }) => pnl, true))).toBe('bdca')
  expect(names(sortRows(ROWS, ({ name }) => name, true))).toBe('dcba')
  expect(names(ROWS)).toBe('bacd')
})

test('pressing a column again turns it round', () => {
  const first = pressed({ by: 'number', descending: false }, 'pnl', true)
  expect(first).toEqual({ by: 'pnl', descending: true })
  expect(pressed(first, 'pnl', true)).toEqual({ by: 'pnl', descending: false })
})
