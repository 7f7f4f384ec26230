/** A histogram of values from 0 to 1 against a uniform expectation, as SVG. */
import { useState } from 'react'
import { histogramShape } from '@/lib/histogram'
import { formatCount, formatNumber } from '@/lib/numbers'
import { ChartReader } from './ChartReader'

interface HistogramProps {
  /** What the histogram shows, in a sentence, for who cannot see it. */
  label: string
  counts: readonly number[]
  /** Bars that lie below this are drawn in the strong colour. */
  mark: number
  what: string
}

const [WIDTH, HEIGHT] = [600, 180]
const TICKS = [0, 0.25, 0.5, 0.75, 1]

export function Histogram({ label, counts, mark, what }: HistogramProps) {
  const [hovered, setHovered] = useState<number>()
  const { bars, expected, expectedHeight } = histogramShape(counts)
  const bar = hovered === undefined ? undefined : bars[hovered]
  const words = (one = bars.at(-1)) =>
    one
      ? `p from ${formatNumber(one.from)} to ${formatNumber(one.to)}: ${formatCount(one.count)} ${what}`
      : ''
  const level = HEIGHT * (1 - expectedHeight)
  return (
    <figure className="relative min-w-0">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={label}
        preserveAspectRatio="none"
        className="h-44 w-full"
        onPointerLeave={() => setHovered(undefined)}
      >
        {bars.map(({ from, to, left, width, height }, bin) => (
          <g key={from} onPointerEnter={() => setHovered(bin)}>
            <rect x={left * WIDTH} y={0} width={width * WIDTH} height={HEIGHT} fill="transparent" />
            <rect
              x={left * WIDTH + 0.75}
              y={HEIGHT * (1 - height)}
              width={width * WIDTH - 1.5}
              height={HEIGHT * height}
              fill={to <= mark + 1e-9 ? 'var(--t-accent)' : 'var(--t-line-strong)'}
              opacity={hovered === undefined || hovered === bin ? 1 : 0.6}
            />
          </g>
        ))}
        <line
          x1={0}
          x2={WIDTH}
          y1={HEIGHT}
          y2={HEIGHT}
          stroke="var(--t-line-strong)"
          vectorEffect="non-scaling-stroke"
        />
        <line
          x1={0}
          x2={WIDTH}
          y1={level}
          y2={level}
          stroke="var(--t-leg-x)"
          strokeWidth={2}
          strokeDasharray="6 4"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <div aria-hidden="true" className="flex justify-between text-xs text-muted">
        {TICKS.map((tick) => (
          <span key={tick}>{tick}</span>
        ))}
      </div>
      <figcaption className="mt-1 flex flex-wrap gap-x-5 gap-y-1 text-xs text-muted">
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden="true" className="size-2.5 rounded-xs bg-accent" /> p below {formatNumber(mark)}
        </span>
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden="true" className="w-4 border-t-2 border-dashed border-leg-x" /> by chance alone:{' '}
          {formatNumber(expected, 1)} in each bar
        </span>
        <span className="min-h-4 sm:ml-auto">{bar && words(bar)}</span>
      </figcaption>
      <ChartReader label={label} count={bars.length} at={hovered} text={words(bar)} onAt={setHovered} />
    </figure>
  )
}
