import { expect, test } from 'vitest'
import { cellAfter, cellAt, indexOf, largestCell, smallestCell, smallestCells, valueAt } from './grid'

// y is the row: the value of A on B stands in row A, column B.
const SYMBOLS = ['A', 'B', 'C']
const VALUES = [null, 0.1, 0.2, 0.3, null, 0.05, 0.6, 0.7, null]

test('the row is y and the column is x', () => {
  const cell = { row: SYMBOLS.indexOf('B'), column: SYMBOLS.indexOf('C') }
  expect(indexOf(cell, 3)).toBe(5)
  expect(valueAt(VALUES, 3, cell)).toBe(0.05)
  expect(valueAt(VALUES, 3, { row: cell.column, column: cell.row })).toBe(0.7)
})

test('the smallest values come in order, what is missing never', () => {
  expect(smallestCells(VALUES, 3, 3)).toEqual([
    { row: 1, column: 2 },
    { row: 0, column: 1 },
    { row: 0, column: 2 },
  ])
  expect(smallestCells([0.5, null, null, 0.5], 2, 9)).toEqual([
    { row: 0, column: 0 },
    { row: 1, column: 1 },
  ])
  expect(smallestCells([null], 1, 3)).toEqual([])
})

test('the diagonal and the outside have no value', () => {
  expect(valueAt(VALUES, 3, { row: 1, column: 1 })).toBeNull()
  expect(valueAt(VALUES, 3, { row: 0, column: 3 })).toBeNull()
  expect(valueAt(VALUES, 3, { row: -1, column: 0 })).toBeNull()
})

test('a point right of the middle and above it lies in a later column and an earlier row', () => {
  expect(cellAt(299, 0, 300, 3)).toEqual({ row: 0, column: 2 })
  expect(cellAt(0, 299, 300, 3)).toEqual({ row: 2, column: 0 })
  expect(cellAt(100, 99.9, 300, 3)).toEqual({ row: 0, column: 1 })
})

test('a point outside the picture lies in no cell', () => {
  for (const [left, top] of [
    [-1, 5],
    [5, -1],
    [300, 5],
    [5, 300],
  ] as const) {
    expect(cellAt(left, top, 300, 3)).toBeNull()
  }
})

test('arrow keys move by one and stop at the edge', () => {
  expect(cellAfter('ArrowRight', { row: 1, column: 1 }, 3)).toEqual({ row: 1, column: 2 })
  expect(cellAfter('ArrowRight', { row: 1, column: 2 }, 3)).toEqual({ row: 1, column: 2 })
  expect(cellAfter('ArrowUp', { row: 0, column: 2 }, 3)).toEqual({ row: 0, column: 2 })
  expect(cellAfter('ArrowDown', { row: 0, column: 2 }, 3)).toEqual({ row: 1, column: 2 })
  expect(cellAfter('End', { row: 1, column: 0 }, 3)).toEqual({ row: 1, column: 2 })
  expect(cellAfter('a', { row: 1, column: 0 }, 3)).toBeUndefined()
})

test('the smallest value is found, also when there is none', () => {
  expect(smallestCell(VALUES, 3)).toEqual({ row: 1, column: 2 })
  expect(smallestCell([null, null, null, null], 2)).toBeNull()
})

test('a table may have fewer rows than columns', () => {
  expect(cellAfter('ArrowDown', { row: 1, column: 2 }, 2, 4)).toEqual({ row: 1, column: 2 })
  expect(cellAfter('ArrowRight', { row: 1, column: 2 }, 2, 4)).toEqual({ row: 1, column: 3 })
  expect(cellAfter('End', { row: 0, column: 0 }, 2, 4)).toEqual({ row: 0, column: 3 })
  expect(largestCell([1, null, 7, 2, 3, 4, 5, 6], 4)).toEqual({ row: 0, column: 2 })
  expect(largestCell([null, null], 2)).toBeNull()
})
