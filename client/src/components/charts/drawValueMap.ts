/** Paints a table of figures on a canvas: colours, the figures where they fit, and the names of rows and columns. */
import type { Cell } from '@/lib/grid'
import type { Column } from '@/lib/series'
import { resolveColor } from '@/lib/theme'
import { isLight, type ValueScale } from '@/lib/valueScale'

export interface ValueMapContent {
  rows: readonly string[]
  columns: readonly string[]
  /** Row by row. */
  values: Column
  /** A figure in few characters, for inside a cell. */
  write: (value: number) => string
}

/** Lengths in CSS pixels. */
export interface ValueMapFrame {
  width: number
  height: number
  left: number
  top: number
  cellWidth: number
  cellHeight: number
}

const CHARACTER = 7
const HIGHEST = 460
const [LEAST_ROW, MOST_ROW] = [4, 38]
const NAME_LEAST = 13
const FONT = 11

const longest = (names: readonly string[]) => Math.max(0, ...names.map((name) => name.length))

/** Where the table lies on a canvas of that width. */
export function frameOf(
  width: number,
  { rows, columns }: Pick<ValueMapContent, 'rows' | 'columns'>,
): ValueMapFrame {
  const left = Math.min(110, 12 + longest(rows) * CHARACTER)
  const top = 22
  const cellWidth = Math.max(1, width - left) / Math.max(1, columns.length)
  const cellHeight = Math.min(MOST_ROW, Math.max(LEAST_ROW, HIGHEST / Math.max(1, rows.length)))
  return { width, height: top + cellHeight * rows.length, left, top, cellWidth, cellHeight }
}

/** Names are left out where they would touch: each how-manieth remains. */
const every = (room: number, needed: number) => Math.max(1, Math.ceil(needed / room))

function drawNames(context: CanvasRenderingContext2D, content: ValueMapContent, frame: ValueMapFrame) {
  const { left, top, cellWidth, cellHeight } = frame
  context.fillStyle = resolveColor('--t-muted')
  context.textAlign = 'right'
  const rowStep = every(cellHeight, NAME_LEAST)
  for (const [row, name] of content.rows.entries())
    if (row % rowStep === 0) context.fillText(name, left - 6, top + (row + 0.5) * cellHeight, left - 8)
  context.textAlign = 'center'
  const columnStep = every(cellWidth, longest(content.columns) * CHARACTER + 6)
  for (const [column, name] of content.columns.entries())
    if (column % columnStep === 0) context.fillText(name, left + (column + 0.5) * cellWidth, top / 2)
}

function drawCell(
  context: CanvasRenderingContext2D,
  value: number,
  at: { left: number; top: number },
  { write }: ValueMapContent,
  { cellWidth, cellHeight }: ValueMapFrame,
  scale: ValueScale,
) {
  const color = scale.color(value)
  context.fillStyle = `rgb(${color.join(' ')})`
  // Half a pixel more, so that no seam shows between cells.
  context.fillRect(at.left, at.top, cellWidth + 0.5, cellHeight + 0.5)
  const text = write(value)
  if (cellHeight < FONT + 4 || cellWidth < text.length * CHARACTER) return
  context.fillStyle = isLight(color) ? '#10161d' : '#ffffff'
  context.fillText(text, at.left + cellWidth / 2, at.top + cellHeight / 2)
}

/** Paint everything but the cells in focus. */
export function drawValueMap(
  canvas: HTMLCanvasElement,
  content: ValueMapContent,
  frame: ValueMapFrame,
  scale: ValueScale,
): void {
  const ratio = window.devicePixelRatio || 1
  canvas.width = Math.round(frame.width * ratio)
  canvas.height = Math.round(frame.height * ratio)
  const context = canvas.getContext('2d')
  if (!context) return
  context.scale(ratio, ratio)
  context.font = `${FONT}px ${getComputedStyle(document.body).fontFamily}`
  context.textBaseline = 'middle'
  drawNames(context, content, frame)
  const columns = content.columns.length
  for (const [index, value] of content.values.entries()) {
    if (value === null) continue
    drawCell(
      context,
      value,
      boxOf({ row: Math.floor(index / columns), column: index % columns }, frame),
      content,
      frame,
      scale,
    )
  }
}

/** Where a cell lies. */
export function boxOf({ row, column }: Cell, { left, top, cellWidth, cellHeight }: ValueMapFrame) {
  return {
    left: left + column * cellWidth,
    top: top + row * cellHeight,
    width: cellWidth,
    height: cellHeight,
  }
}

/** The cell under a point of the canvas, or null beside the table. */
export function cellUnder(
  x: number,
  y: number,
  { left, top, cellWidth, cellHeight }: ValueMapFrame,
  { rows, columns }: Pick<ValueMapContent, 'rows' | 'columns'>,
): Cell | null {
  const [column, row] = [Math.floor((x - left) / cellWidth), Math.floor((y - top) / cellHeight)]
  const inside = column >= 0 && row >= 0 && column < columns.length && row < rows.length
  return inside ? { row, column } : null
}
