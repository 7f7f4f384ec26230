/** Whether live updates arrive. */
import { useSyncExternalStore } from 'react'
import { interruptedSince } from '@/graphql/lasting'
import { connection } from '@/graphql/socket'
import { classes } from '@/lib/classes'
import type { Connection } from '@/lib/connection'
import { formatTime } from '@/lib/dates'

interface Words {
  text: string
  /** What a narrow screen leaves to be read aloud. */
  more?: string
  dot: string
  explanation: string
}

export function describeConnection(now: Connection, interrupted?: number): Words {
  if (now.state === 'live' && interrupted !== undefined)
    return {
      text: 'Reconnecting',
      dot: 'bg-warn animate-pulse',
      explanation: `Connected, but some live updates stopped at ${formatTime(interrupted)}. Trying again.`,
    }
  switch (now.state) {
    case 'live':
      return { text: 'Live', dot: 'bg-gain', explanation: 'Updates arrive as they happen' }
    case 'idle':
    case 'connecting':
      return { text: 'Connecting', dot: 'bg-muted animate-pulse', explanation: 'Connecting for live updates' }
    case 'reconnecting':
      return {
        text: 'Reconnecting',
        dot: 'bg-warn animate-pulse',
        explanation: `No live updates since ${formatTime(now.since)}; attempt ${now.attempt}`,
      }
    case 'offline':
      return {
        text: 'Stale',
        more: ` since ${formatTime(now.since)}`,
        dot: 'bg-loss',
        explanation: 'The server cannot be reached; what you see may be old. Still trying.',
      }
  }
}

export function ConnectionBadge() {
  const { text, more, dot, explanation } = describeConnection(
    useSyncExternalStore(connection.subscribe, connection.get),
    useSyncExternalStore(interruptedSince.subscribe, interruptedSince.get),
  )
  return (
    <span
      role="status"
      title={explanation}
      className="inline-flex items-center gap-2 text-sm whitespace-nowrap text-muted"
    >
      <span aria-hidden="true" className={classes('size-2 rounded-full', dot)} />
      <span>
        {text}
        {more && <span className="max-sm:sr-only">{more}</span>}
      </span>
    </span>
  )
}
