import { expect, test } from 'vitest'
import {
  type Connection,
  type ConnectionEvent,
  nextConnection,
  OFFLINE_AFTER,
  retryDelay,
} from './connection'

const after = (events: ConnectionEvent[], from: Connection = { state: 'idle' }): Connection =>
  events.reduce((now, event, index) => nextConnection(now, event, 1000 + index), from)

test('the first connection is connecting, then live', () => {
  expect(after(['connecting'])).toEqual({ state: 'connecting' })
  expect(after(['connecting', 'connected'])).toEqual({ state: 'live' })
})

test('a drop is remembered from when it happened, through all attempts', () => {
  const dropped = after(['connecting', 'connected', 'dropped', 'connecting', 'dropped'])
  expect(dropped).toEqual({ state: 'reconnecting', since: 1002, attempt: 2 })
})

test('after too many attempts it is offline, still since the drop', () => {
  const attempts = Array.from({ length: OFFLINE_AFTER + 3 }, (): ConnectionEvent => 'dropped')
  expect(after(['connecting', 'connected', ...attempts])).toEqual({ state: 'offline', since: 1002 })
})

test('a connection after that is live again, and forgets', () => {
  expect(after(['dropped', 'dropped', 'dropped', 'dropped', 'connecting', 'connected'])).toEqual({
    state: 'live',
  })
})

test('a connection that nobody needs any more is idle, not lost', () => {
  expect(after(['connecting', 'connected', 'ended'])).toEqual({ state: 'idle' })
})

test('delays double up to a cap, and jitter takes at most half', () => {
  const longest = [0, 1, 2, 3, 4, 5, 20].map((attempt) => retryDelay(attempt, () => 1))
  expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 15000, 15000])
  expect(retryDelay(2, () => 0)).toBe(1000)
})
