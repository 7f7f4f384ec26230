/** Reads a chart off by keyboard: a slider over its points that says each one, seen only while it has the focus. */

interface ChartReaderProps {
  /** What the chart shows. */
  label: string
  count: number
  /** The point that is read, if any. */
  at: number | undefined
  /** What the point says. */
  text: string
  onAt: (at: number | undefined) => void
}

export function ChartReader({ label, count, at, text, onAt }: ChartReaderProps) {
  if (count === 0) return null
  return (
    <input
      type="range"
      aria-label={`Read off: ${label}`}
      aria-valuetext={text}
      min={0}
      max={count - 1}
      value={at ?? count - 1}
      onChange={(event) => onAt(Number(event.target.value))}
      onBlur={() => onAt(undefined)}
      className="pointer-events-none absolute inset-x-0 bottom-0 z-10 h-6 w-full opacity-0 accent-accent focus-visible:opacity-100"
    />
  )
}
