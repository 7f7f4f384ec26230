/** Says an alert that has just been raised, over whatever page is open; polite, and gone by itself. */
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Button, buttonClasses } from '@/components/Button'
import { AcknowledgeButton } from './AcknowledgeButton'
import type { useAlertStream } from './useAlertStream'

type AlertEvent = ReturnType<typeof useAlertStream>['events'][number]

const SHOWN = 3
const STAYS_MS = 10_000

function Toast({ event, onDone }: { event: AlertEvent; onDone: () => void }) {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held) return
    const timer = setTimeout(onDone, STAYS_MS)
    return () => clearTimeout(timer)
  }, [held, onDone])
  const isAlert = event.__typename === 'Alert'
  return (
    <li
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-auto rounded-lg border border-line-strong border-l-4 border-l-warn bg-surface px-4 py-3 shadow-lg"
    >
      <p className="text-sm font-medium">{isAlert ? event.message : event.reason}</p>
      <div className="mt-2 flex flex-wrap gap-2">
        {isAlert && <AcknowledgeButton id={event.id} message={event.message} onDone={onDone} />}
        <Link to="/alerts" className={buttonClasses('quiet', 'small')} onClick={onDone}>
          All alerts
        </Link>
        <Button look="quiet" size="small" className="ml-auto" aria-label="Dismiss" onClick={onDone}>
          ✕
        </Button>
      </div>
    </li>
  )
}

export function AlertToasts({ events }: { events: readonly AlertEvent[] }) {
  const [done, setDone] = useState<ReadonlySet<string>>(new Set())
  const waiting = events.filter(({ cursor }) => !done.has(cursor))
  const shown = waiting.slice(-SHOWN)
  const more = waiting.length - shown.length
  return (
    <section
      aria-label="New alerts"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 bottom-4 z-50 sm:left-auto sm:w-96"
    >
      <ul className="grid gap-2">
        {more > 0 && (
          <li className="text-right text-xs text-muted">
            <span className="rounded-full border border-line bg-surface px-2 py-0.5">and {more} more</span>
          </li>
        )}
        {shown.map((event) => (
          <Toast
            key={event.cursor}
            event={event}
            onDone={() => setDone((before) => new Set([...before, event.cursor]))}
          />
        ))}
      </ul>
    </section>
  )
}
