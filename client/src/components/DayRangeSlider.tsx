/** A window of days with two handles: dragged, or moved by the keys (arrows a week, Shift a month, page keys a year). */
import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import { classes } from '@/lib/classes'
import { formatDay } from '@/lib/dates'
import {
  type DayWindow,
  daysBetween,
  daysOfKey,
  type Handle,
  moveWindow,
  toPeriod,
  toWindow,
} from '@/lib/dayRange'
import type { Period } from '@/lib/periods'

interface DayRangeSliderProps {
  label: string
  /** All that can be chosen. */
  history: Period
  period: Period
  /** Days that the window has at least. */
  shortest: number
  onPeriod: (period: Period) => void
}

interface Grip {
  x: number
  window: DayWindow
}

const NAMES: Record<Handle, string> = { start: 'first day', end: 'end', both: 'whole window' }

function years({ start, end }: Period): number[] {
  const [first, last] = [Number(start.slice(0, 4)) + 1, Number(end.slice(0, 4))]
  const step = Math.max(1, Math.ceil((last - first) / 7))
  return Array.from(
    { length: Math.max(0, Math.floor((last - first) / step) + 1) },
    (_, place) => first + place * step,
  )
}

export function DayRangeSlider({ label, history, period, shortest, onPeriod }: DayRangeSliderProps) {
  const track = useRef<HTMLDivElement>(null)
  const grip = useRef<Grip>(undefined)
  const length = daysBetween(history.start, history.end)
  const now = toWindow(history, period, shortest)
  const percent = (day: number) => `${(100 * day) / length}%`
  const move = (from: DayWindow, handle: Handle, days: number) =>
    onPeriod(toPeriod(history, moveWindow(from, handle, days, length, shortest)))

  const gripProps = (handle: Handle) => ({
    role: 'slider' as const,
    tabIndex: 0,
    'aria-label': `${label}: ${NAMES[handle]}`,
    'aria-valuemin': 0,
    'aria-valuemax': length,
    'aria-valuenow': handle === 'end' ? now.end : now.start,
    'aria-valuetext': formatDay(handle === 'end' ? period.end : period.start),
    onPointerDown: (event: PointerEvent) => {
      event.currentTarget.setPointerCapture(event.pointerId)
      grip.current = { x: event.clientX, window: now }
    },
    onPointerMove: (event: PointerEvent) => {
      const width = track.current?.clientWidth
      if (!grip.current || !width) return
      const days = Math.round(((event.clientX - grip.current.x) / width) * length)
      move(grip.current.window, handle, days)
    },
    onLostPointerCapture: () => {
      grip.current = undefined
    },
    onKeyDown: (event: KeyboardEvent) => {
      const days = daysOfKey(event.key, event.shiftKey)
      if (days === undefined) return
      event.preventDefault()
      move(now, handle, days)
    },
  })
  const handleClasses =
    'absolute inset-y-0 z-10 flex w-[24px] -translate-x-1/2 cursor-ew-resize touch-none items-center justify-center'
  const knob = (
    <span aria-hidden="true" className="h-7 w-2.5 rounded-full border border-surface bg-accent shadow" />
  )

  return (
    <fieldset className="px-3">
      <legend className="sr-only">{label}</legend>
      <div ref={track} className="relative h-10">
        <div className="absolute inset-x-0 top-1/2 h-2 -translate-y-1/2 rounded-full bg-raised" />
        <div
          {...gripProps('both')}
          className="absolute top-1/2 h-[24px] -translate-y-1/2 cursor-grab touch-none rounded bg-accent/35 active:cursor-grabbing"
          style={{ left: percent(now.start), width: percent(now.end - now.start) }}
        />
        <div {...gripProps('start')} className={handleClasses} style={{ left: percent(now.start) }}>
          {knob}
        </div>
        <div {...gripProps('end')} className={handleClasses} style={{ left: percent(now.end) }}>
          {knob}
        </div>
      </div>
      <div aria-hidden="true" className="relative h-4 text-xs text-muted">
        {years(history).map((year, place) => (
          <span
            key={year}
            className={classes('absolute -translate-x-1/2', place % 2 === 1 && 'max-sm:hidden')}
            style={{ left: percent(daysBetween(history.start, `${year}-01-01`)) }}
          >
            {year}
          </span>
        ))}
      </div>
    </fieldset>
  )
}
