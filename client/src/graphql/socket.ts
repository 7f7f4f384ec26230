/** The one WebSocket of the page: opened by the first subscription, reopened for as long as anybody listens. */
import { createClient } from 'graphql-ws'
import { type Connection, type ConnectionEvent, nextConnection, retryDelay } from '@/lib/connection'
import { observable } from '@/lib/observable'
import { signedOut } from './session'

export const connection = observable<Connection>({ state: 'idle' })

const UNAUTHENTICATED = [4401, 4403]
const OPENS_WITHIN_MS = 10_000
const WAITS_FOR_PONG_MS = 5_000

function report(event: ConnectionEvent): void {
  connection.set(nextConnection(connection.get(), event, Date.now()))
}

const isClose = (event: unknown): event is { code: number } =>
  typeof event === 'object' && event !== null && 'code' in event

const isRefusal = (event: unknown): boolean => isClose(event) && UNAUTHENTICATED.includes(event.code)

/** Resolves after a delay, or at once when the browser is online again. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      removeEventListener('online', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    addEventListener('online', done)
  })
}

let silence: ReturnType<typeof setTimeout> | undefined

/** A server that hangs and a connection that was cut without a word neither answer nor close. */
function expectAWord(within: number): void {
  clearTimeout(silence)
  silence = setTimeout(() => socket.terminate(), within)
}

export const socket = createClient({
  url: () => `${location.origin.replace(/^http/, 'ws')}/graphql`,
  lazy: true,
  lazyCloseTimeout: 3_000,
  keepAlive: 15_000,
  retryAttempts: Number.POSITIVE_INFINITY,
  retryWait: (attempt) => pause(retryDelay(attempt)),
  shouldRetry: (event) => !isRefusal(event) && !signedOut.get(),
  on: {
    connecting: () => {
      report('connecting')
      expectAWord(OPENS_WITHIN_MS)
    },
    connected: () => {
      clearTimeout(silence)
      report('connected')
    },
    ping: (received) => {
      if (!received) expectAWord(WAITS_FOR_PONG_MS)
    },
    pong: (received) => {
      if (received) clearTimeout(silence)
    },
    closed: (event) => {
      clearTimeout(silence)
      if (isRefusal(event)) signedOut.set(true)
      report(isClose(event) && event.code === 1000 ? 'ended' : 'dropped')
    },
  },
})

/** Be told when live updates flow again after a break, to fetch what was missed. */
export function onReconnect(listener: () => void): () => void {
  let broken = false
  return connection.subscribe(() => {
    const { state } = connection.get()
    if (state === 'reconnecting' || state === 'offline') broken = true
    else if (state === 'live' && broken) {
      broken = false
      listener()
    }
  })
}
