/** A map of figures over two axes: read with the pointer or the arrow keys, a cell taken by press or Enter. */
import { type KeyboardEvent, type PointerEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { type Cell, cellAfter, largestCell, valueAt } from '@/lib/grid'
import { isDark } from '@/lib/theme'
import { valueScale } from '@/lib/valueScale'
import { boxOf, cellUnder, drawValueMap, frameOf, type ValueMapContent } from './drawValueMap'
import { useThemeVersion } from './useThemeVersion'
import { useWidth } from './useWidth'

interface ValueMapProps extends ValueMapContent {
  /** What the map shows, in a sentence, for who cannot see it. */
  label: string
  /** Whether zero is the middle of the colours. */
  aroundZero: boolean
  /** What a cell says when it is pointed at. */
  describe: (cell: Cell, value: number | null) => string
  taken: Cell | null
  onTake: (cell: Cell) => void
}

function Legend({
  low,
  high,
  gradient,
  write,
}: {
  low: string
  high: string
  gradient: string
  write: string
}) {
  return (
    <div
      role="img"
      aria-label={`Legend: ${write} from ${low} to ${high}`}
      className="w-44 max-w-full text-xs"
    >
      <div className="h-2.5 rounded-xs border border-line" style={{ background: gradient }} />
      <div className="flex justify-between text-muted">
        <span>{low}</span>
        <span>{high}</span>
      </div>
    </div>
  )
}

/** `rows`, `columns`, `values` and `write` must be stable between renders: new values draw anew. */
export function ValueMap(props: ValueMapProps) {
  const { label, rows, columns, values, write, aroundZero, describe, taken, onTake } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const help = useId()
  const [box, width] = useWidth()
  const [chosen, setChosen] = useState<Cell | null>(null)
  const themeVersion = useThemeVersion()
  const frame = useMemo(() => frameOf(width, { rows, columns }), [width, rows, columns])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new theme has other colours
  const scale = useMemo(
    () => valueScale(values, aroundZero, isDark() ? 'dark' : 'light'),
    [values, aroundZero, themeVersion],
  )
  const inside = (cell: Cell | null) =>
    cell && cell.row < rows.length && cell.column < columns.length ? cell : null
  const cell = inside(chosen)

  useEffect(() => {
    if (canvas.current && width > 0)
      drawValueMap(canvas.current, { rows, columns, values, write }, frame, scale)
  }, [rows, columns, values, write, frame, scale, width])

  const under = (event: PointerEvent): Cell | null => {
    const { left, top } = event.currentTarget.getBoundingClientRect()
    return cellUnder(event.clientX - left, event.clientY - top, frame, { rows, columns })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ' ') {
      if (cell) onTake(cell)
    } else {
      const from = cell ?? largestCell(values, columns.length)
      const next = from && cellAfter(event.key, from, rows.length, columns.length)
      if (!next) return
      setChosen(next)
    }
    event.preventDefault()
  }
  const frames = [
    { at: inside(taken), look: 'outline-3 -outline-offset-3 outline-accent' },
    { at: cell, look: 'outline-2 -outline-offset-2 outline-ink' },
  ]

  return (
    <figure className="grid min-w-0 gap-3">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
        <p aria-live="polite" className={cell ? 'min-h-6' : 'min-h-6 text-muted'}>
          {cell
            ? describe(cell, valueAt(values, columns.length, cell))
            : 'Point at a cell, or use the arrow keys.'}
        </p>
        <Legend low={write(scale.low)} high={write(scale.high)} gradient={scale.gradient} write={label} />
      </div>
      <div
        ref={box}
        role="application"
        aria-label={label}
        aria-describedby={help}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the map is read by arrow keys
        tabIndex={0}
        className="relative w-full cursor-crosshair overflow-hidden select-none"
        style={{ height: frame.height }}
        onPointerDown={(event) => setChosen(under(event))}
        onPointerMove={(event) => setChosen(under(event))}
        onPointerLeave={(event) => event.pointerType === 'mouse' && setChosen(null)}
        onPointerUp={(event) => {
          const at = under(event)
          if (at) onTake(at)
        }}
        onFocus={() => setChosen((now) => now ?? largestCell(values, columns.length))}
        onKeyDown={onKeyDown}
      >
        <canvas ref={canvas} className="absolute" style={{ width: frame.width, height: frame.height }} />
        {frames.map(
          ({ at, look }) =>
            at && (
              <div
                key={look}
                aria-hidden="true"
                className={`pointer-events-none absolute rounded-xs ${look}`}
                style={boxOf(at, frame)}
              />
            ),
        )}
      </div>
      <p id={help} className="text-xs text-muted">
        Arrow keys move, Enter or a press takes a cell. An empty place: no sensible parameter set lies there.
      </p>
    </figure>
  )
}
