/** A table of values, square where it is not said how many columns there are, row-major: y is the row, x the column. */
import type { Column } from './series'

export interface Cell {
  row: number
  column: number
}

/** Where a cell's value stands in the column that holds the table of so many columns. */
export const indexOf = ({ row, column }: Cell, columns: number): number => row * columns + column

/** A cell's value; null where there is none, and outside the table. */
export function valueAt(values: Column, columns: number, cell: Cell): number | null {
  const inside = cell.row >= 0 && cell.column >= 0 && cell.column < columns
  return inside ? (values[indexOf(cell, columns)] ?? null) : null
}

/** The cell under a point of a square picture of the table, or null outside it. */
export function cellAt(left: number, top: number, side: number, size: number): Cell | null {
  if (left < 0 || top < 0 || left >= side || top >= side) return null
  return { row: Math.floor((top / side) * size), column: Math.floor((left / side) * size) }
}

const STEPS: Record<string, Cell> = {
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
}

/** The cell that a key leads to, staying inside the table; undefined for other keys. */
export function cellAfter(
  key: string,
  { row, column }: Cell,
  rows: number,
  columns = rows,
): Cell | undefined {
  const within = (place: number, count: number) => Math.min(count - 1, Math.max(0, place))
  if (key === 'Home') return { row, column: 0 }
  if (key === 'End') return { row, column: columns - 1 }
  const step = STEPS[key]
  return step && { row: within(row + step.row, rows), column: within(column + step.column, columns) }
}

/** The cell of the largest value, or null when there is no value at all. */
export function largestCell(values: Column, columns: number): Cell | null {
  return smallestCell(
    values.map((value) => (value === null ? null : -value)),
    columns,
  )
}

/** The cells of so many of the smallest values, smallest first; of equal ones the earlier first. */
export function smallestCells(values: Column, columns: number, count: number): Cell[] {
  const known = [...values.entries()].flatMap(([at, value]) => (value === null ? [] : [{ at, value }]))
  known.sort((one, other) => one.value - other.value || one.at - other.at)
  return known.slice(0, count).map(({ at }) => ({ row: Math.floor(at / columns), column: at % columns }))
}

/** The cell of the smallest value, or null when there is no value at all. */
export function smallestCell(values: Column, columns: number): Cell | null {
  let best: number | null = null
  let at = -1
  for (const [index, value] of values.entries()) {
    if (value === null || (best !== null && value >= best)) continue
    best = value
    at = index
  }
  return at < 0 ? null : { row: Math.floor(at / columns), column: at % columns }
}
