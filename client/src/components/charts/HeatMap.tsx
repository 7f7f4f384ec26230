/** A map of p-values, y by rows and x by columns: read with the pointer or the arrow keys, opened by press or Enter. */
import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from 'react'
import { Button } from '@/components/Button'
import { type Cell, cellAfter, cellAt, smallestCell, valueAt } from '@/lib/grid'
import { formatNumber } from '@/lib/numbers'
import { boxOf, drawHeatMap, frameOf, type HeatMapContent } from './drawHeatMap'
import { HeatMapLegend } from './HeatMapLegend'
import { useThemeVersion } from './useThemeVersion'
import { useWidth } from './useWidth'

interface HeatMapProps extends HeatMapContent {
  /** What the map shows, in a sentence, for who cannot see it. */
  label: string
  onOpen: (y: string, x: string) => void
}

function Reading({ symbols, pValues, cell }: Omit<HeatMapContent, 'level'> & { cell: Cell | null }) {
  const y = cell && symbols[cell.row]
  const x = cell && symbols[cell.column]
  if (!cell || !y || !x) return <p className="text-muted">Point at a cell, or use the arrow keys.</p>
  const pValue = valueAt(pValues, symbols.length, cell)
  return (
    <p>
      <span className="font-semibold text-leg-y">{y}</span> <span className="text-muted">on</span>{' '}
      <span className="font-semibold text-leg-x">{x}</span>
      {': '}
      {y === x ? 'the same instrument' : pValue === null ? 'not tested' : `p = ${formatNumber(pValue, 4)}`}
    </p>
  )
}

/** `symbols` and `pValues` must be stable between renders: new values draw anew. */
export function HeatMap({ label, symbols, pValues, level, onOpen }: HeatMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const help = useId()
  const [box, width] = useWidth()
  const [chosen, setChosen] = useState<Cell | null>(null)
  const themeVersion = useThemeVersion()
  const size = symbols.length
  const cell = chosen && chosen.row < size && chosen.column < size ? chosen : null
  const frame = frameOf(width, symbols)

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new theme draws anew, with its colours
  useEffect(() => {
    if (canvas.current && width > 0)
      drawHeatMap(canvas.current, { symbols, pValues, level }, frameOf(width, symbols))
  }, [symbols, pValues, level, width, themeVersion])

  const cellUnder = (event: PointerEvent): Cell | null => {
    const { left, top } = event.currentTarget.getBoundingClientRect()
    return cellAt(event.clientX - left - frame.margin, event.clientY - top - frame.margin, frame.side, size)
  }
  const open = (at: Cell | null) => {
    const [y, x] = at ? [symbols[at.row], symbols[at.column]] : []
    if (y && x && y !== x) onOpen(y, x)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') open(cell)
    else {
      const next = cell ? cellAfter(event.key, cell, size) : smallestCell(pValues, size)
      if (!next || !cellAfter(event.key, next, size)) return
      setChosen(next)
    }
    event.preventDefault()
  }

  return (
    <figure className="grid min-w-0 gap-3">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
        <div aria-live="polite" className="flex min-h-8 items-center gap-3">
          <Reading symbols={symbols} pValues={pValues} cell={cell} />
          {cell && cell.row !== cell.column && (
            <Button size="small" className="hidden pointer-coarse:inline-flex" onClick={() => open(cell)}>
              Open
            </Button>
          )}
        </div>
        <HeatMapLegend level={level} />
      </div>
      <div
        ref={box}
        role="application"
        aria-label={label}
        aria-describedby={help}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the map is read by arrow keys
        tabIndex={0}
        className="relative aspect-square w-full cursor-crosshair select-none"
        onPointerDown={(event) => setChosen(cellUnder(event))}
        onPointerMove={(event) => setChosen(cellUnder(event))}
        onPointerLeave={(event) => event.pointerType === 'mouse' && setChosen(null)}
        onPointerUp={(event) => event.pointerType === 'mouse' && open(cellUnder(event))}
        onFocus={() => setChosen((now) => now ?? smallestCell(pValues, size))}
        onKeyDown={onKeyDown}
      >
        <canvas ref={canvas} className="size-full" />
        {cell && (
          <div
            aria-hidden="true"
            className="pointer-events-none absolute rounded-xs outline-2 outline-ink"
            style={boxOf(cell, size, frame)}
          />
        )}
      </div>
      <p id={help} className="text-xs text-muted">
        Rows are y, columns x. A dot: p below {level}, not yet corrected. Press a cell, or Enter, to open its
        pair.
      </p>
    </figure>
  )
}
