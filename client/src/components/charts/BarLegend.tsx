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

const FIGURES = ['open', 'high', 'low', 'close'] as const

/** A moment as the chart's bars tell it. */
const timeWords = ({ time }: Bar, intraday: boolean): string =>
  intraday ? formatUtcMinute(time * 1000) : formatDay(time * 1000)

/** What a bar says, in words. */
export function barReading(bar: Bar, intraday: boolean, write: (value: number) => string): string {
  const figures = FIGURES.flatMap((name) => (bar[name] === null ? [] : `${name} ${write(bar[name])}`))
  const volume = bar.volume === null ? [] : [`volume ${formatCompact(bar.volume)}`]
  return [timeWords(bar, intraday), ...figures, ...volume].join(', ')
}

export function BarLegend({ bars, time, intraday, write }: BarLegendProps) {
  const bar = (time !== undefined && bars.findLast((one) => one.time <= time)) || bars.at(-1)
  if (!bar) return <p className="text-sm text-muted">—</p>
  return (
    <dl className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
      <div className="min-w-28 text-muted">
        <dt className="sr-only">Date</dt>
        <dd>{timeWords(bar, intraday)}</dd>
      </div>
      {FIGURES.map((name) => {
        const value = bar[name]
        return (
          value !== null && (
            <div key={name} className="flex gap-1.5">
              <dt className="text-muted capitalize">{name}</dt>
              <dd className="font-medium">{write(value)}</dd>
            </div>
          )
        )
      })}
      {bar.volume !== null && (
        <div className="flex gap-1.5">
          <dt className="text-muted">Volume</dt>
          <dd className="font-medium">{formatCompact(bar.volume)}</dd>
        </div>
      )}
    </dl>
  )
}
