/** The names and colours of a chart's series, with their values at the crosshair or at the end. */
import { formatDay } from '@/lib/dates'
import type { Point } from '@/lib/series'
import type { ChartPane } from './panes'

/** The last point at or before a time (the last of all without one). */
function pointAt(points: readonly Point[], time: number | undefined): Point | undefined {
  return time === undefined ? points.at(-1) : points.findLast((point) => point.time <= time)
}

/** What a chart says at a time, in words. */
export function readingAt(panes: readonly ChartPane[], time: number): string {
  const values = panes
    .flatMap((pane) => pane.series)
    .flatMap(({ name, points, write }) => {
      const point = pointAt(points, time)
      return point ? `${name} ${write(point.value)}` : []
    })
  return [formatDay(time * 1000), ...values].join(', ')
}

export function ChartLegend({ panes, time }: { panes: readonly ChartPane[]; time: number | undefined }) {
  const series = panes.flatMap((pane) => pane.series)
  const last = Math.max(...series.map(({ points }) => points.at(-1)?.time ?? Number.NEGATIVE_INFINITY))
  const shown = time ?? (Number.isFinite(last) ? last : undefined)
  return (
    <dl className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
      <div className="min-w-28 text-muted">
        <dt className="sr-only">Date</dt>
        <dd>{shown === undefined ? '—' : formatDay(shown * 1000)}</dd>
      </div>
      {series.map(({ name, color, points, write }) => {
        const point = pointAt(points, time)
        return (
          <div key={name} className="flex items-center gap-1.5">
            <span aria-hidden="true" className="h-0.5 w-4 rounded" style={{ background: `var(${color})` }} />
            <dt className="text-muted">{name}</dt>
            <dd className="font-medium">{point ? write(point.value) : '—'}</dd>
          </div>
        )
      })}
    </dl>
  )
}
