/** Whether live updates arrive: a small observable state, driven by the socket. */

export type Connection =
  | { state: 'idle' }
  | { state: 'connecting' }
  | { state: 'live' }
  | { state: 'reconnecting'; since: number; attempt: number }
  | { state: 'offline'; since: number }

/** After this many failed attempts the badge stops promising. */
export const OFFLINE_AFTER = 3
const BASE_MS = 500
const CAP_MS = 15_000

/** How long to wait before an attempt (from 0): doubling, capped, with jitter so that clients do not return in step. */
export function retryDelay(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(CAP_MS, BASE_MS * 2 ** attempt)
  return full / 2 + (full / 2) * random()
}

export type ConnectionEvent = 'connecting' | 'connected' | 'dropped' | 'ended'

/** The state after an event. `since` is when updates stopped, and stays through all attempts. */
export function nextConnection(now: Connection, event: ConnectionEvent, time: number): Connection {
  switch (event) {
    case 'connected':
      return { state: 'live' }
    case 'ended':
      return { state: 'idle' }
    case 'connecting':
      return now.state === 'idle' ? { state: 'connecting' } : now
    case 'dropped': {
      if (now.state === 'offline') return now
      const attempt = now.state === 'reconnecting' ? now.attempt + 1 : 1
      const since = now.state === 'reconnecting' ? now.since : time
      return attempt > OFFLINE_AFTER ? { state: 'offline', since } : { state: 'reconnecting', since, attempt }
    }
  }
}
