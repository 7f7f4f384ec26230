/** A small line without axes. */
import { type Column, sparklinePath } from '@/lib/series'

const WIDTH = 160
const HEIGHT = 36

export function Sparkline({ label, values }: { label: string; values: Column }) {
  const path = sparklinePath(values, WIDTH, HEIGHT - 4)
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 -2 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="h-9 w-full"
    >
      <path
        d={path}
        fill="none"
        className="stroke-spread"
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  )
}
