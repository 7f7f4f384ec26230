/** The figures of the bar at the crosshair, or of the last one. */
import type { Bar } from '@/lib/bars'
import { formatDay, formatUtcMinute } from '@/lib/dates'
import { formatCompact } from '@/lib/numbers'

interface BarLegendProps {
  bars: readonly Bar[]
  time: number | undefined
  intraday: boolean
  write: (value: number) => string
}

export function BarLegend({ bars, time, intraday, write }: BarLegendProps) {
  const bar = (time !== undefined && bars.findLast((one) => one.time <= time)) || bars.at(-1)
  if (!bar) return <p className="text-sm text-muted">—</p>
  const when = bar.time * 1000
  const figures = [
    ['Open', bar.open],
    ['High', bar.high],
    ['Low', bar.low],
    ['Close', bar.close],
  ] as const
  return (
    <dl className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
      <div className="min-w-28 text-muted">
        <dt className="sr-only">Date</dt>
        <dd>{intraday ? formatUtcMinute(when) : formatDay(when)}</dd>
      </div>
      {figures.map(
        ([name, value]) =>
          value !== null && (
            <div key={name} className="flex gap-1.5">
              <dt className="text-muted">{name}</dt>
              <dd className="font-medium">{write(value)}</dd>
            </div>
          ),
      )}
      {bar.volume !== null && (
        <div className="flex gap-1.5">
          <dt className="text-muted">Volume</dt>
          <dd className="font-medium">{formatCompact(bar.volume)}</dd>
        </div>
      )}
    </dl>
  )
}
