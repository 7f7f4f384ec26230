/** Paints a square table of p-values on a canvas, with the names of its rows and columns where they fit. */
import { type Cell, indexOf } from '@/lib/grid'
import { pValueColor } from '@/lib/pValueScale'
import type { Column } from '@/lib/series'
import { isDark, resolveColor } from '@/lib/theme'

export interface HeatMapContent {
  symbols: readonly string[]
  pValues: Column
  /** Cells below this carry a dot, so that colour never says it alone. */
  level: number
}

export interface HeatMapFrame {
  /** Width and height of the canvas in CSS pixels. */
  width: number
  /** Space for names, left and top. */
  margin: number
  /** Width and height of the table itself. */
  side: number
}

const SMALLEST_NAMED_CELL = 11
const SMALLEST_DOTTED_CELL = 7

/** Where the table lies on a canvas of that width; names are left out where a cell is too small for them. */
export function frameOf(width: number, symbols: readonly string[]): HeatMapFrame {
  const longest = Math.max(0, ...symbols.map((symbol) => symbol.length))
  const wanted = Math.min(80, 10 + longest * 7)
  const named = (width - wanted) / Math.max(1, symbols.length) >= SMALLEST_NAMED_CELL
  const margin = named ? wanted : 0
  return { width, margin, side: width - margin }
}

/** The table as a picture of one pixel per cell. */
function tableImage({ symbols, pValues }: HeatMapContent): HTMLCanvasElement {
  const size = symbols.length
  const image = document.createElement('canvas')
  image.width = size
  image.height = size
  const context = image.getContext('2d')
  if (!context) return image
  const pixels = context.createImageData(size, size)
  const theme = isDark() ? 'dark' : 'light'
  for (const [index, pValue] of pValues.entries()) {
    if (pValue === null) continue
    const [red, green, blue] = pValueColor(pValue, theme)
    pixels.data.set([red, green, blue, 255], index * 4)
  }
  context.putImageData(pixels, 0, 0)
  return image
}

function drawNames(
  context: CanvasRenderingContext2D,
  symbols: readonly string[],
  { margin, side }: HeatMapFrame,
) {
  const cell = side / symbols.length
  context.font = `${Math.min(12, cell - 1)}px ${getComputedStyle(document.body).fontFamily}`
  context.textBaseline = 'middle'
  const [rowColor, columnColor] = [resolveColor('--t-leg-y'), resolveColor('--t-leg-x')]
  for (const [place, symbol] of symbols.entries()) {
    const middle = margin + (place + 0.5) * cell
    context.fillStyle = rowColor
    context.textAlign = 'right'
    context.fillText(symbol, margin - 5, middle)
    context.save()
    context.fillStyle = columnColor
    context.translate(middle, margin - 5)
    context.rotate(-Math.PI / 2)
    context.textAlign = 'left'
    context.fillText(symbol, 0, 0)
    context.restore()
  }
}

function drawDots(
  context: CanvasRenderingContext2D,
  content: HeatMapContent,
  { margin, side }: HeatMapFrame,
) {
  const size = content.symbols.length
  const cell = side / size
  if (cell < SMALLEST_DOTTED_CELL) return
  context.fillStyle = resolveColor('--t-surface')
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const pValue = content.pValues[indexOf({ row, column }, size)]
      if (pValue === null || pValue === undefined || pValue >= content.level) continue
      context.beginPath()
      context.arc(margin + (column + 0.5) * cell, margin + (row + 0.5) * cell, cell / 7, 0, 2 * Math.PI)
      context.fill()
    }
  }
}

/** Paint everything but the cell in focus. */
export function drawHeatMap(canvas: HTMLCanvasElement, content: HeatMapContent, frame: HeatMapFrame): void {
  const ratio = window.devicePixelRatio || 1
  canvas.width = Math.round(frame.width * ratio)
  canvas.height = canvas.width
  const context = canvas.getContext('2d')
  if (!context || content.symbols.length === 0) return
  context.scale(ratio, ratio)
  context.imageSmoothingEnabled = false
  context.drawImage(tableImage(content), frame.margin, frame.margin, frame.side, frame.side)
  drawDots(context, content, frame)
  if (frame.margin > 0) drawNames(context, content.symbols, frame)
}

/** Where a cell lies, in CSS pixels. */
export function boxOf({ row, column }: Cell, size: number, { margin, side }: HeatMapFrame) {
  const cell = side / size
  return { left: margin + column * cell, top: margin + row * cell, width: cell, height: cell }
}
