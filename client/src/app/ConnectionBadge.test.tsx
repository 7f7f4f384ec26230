import { act, render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { interruptedSince } from '@/graphql/lasting'
import { connection } from '@/graphql/socket'
import type { Connection } from '@/lib/connection'
import { formatTime } from '@/lib/dates'
import { ConnectionBadge } from './ConnectionBadge'

const SINCE = Date.UTC(2026, 0, 1, 14, 5, 9)

test.each<[Connection, string]>([
  [{ state: 'live' }, 'Live'],
  [{ state: 'connecting' }, 'Connecting'],
  [{ state: 'reconnecting', since: SINCE, attempt: 2 }, 'Reconnecting'],
  [{ state: 'offline', since: SINCE }, `Stale since ${formatTime(SINCE)}`],
])('%j', (now, text) => {
  act(() => connection.set(now))
  render(<ConnectionBadge />)
  expect(screen.getByRole('status').textContent).toBe(text)
  act(() => connection.set({ state: 'idle' }))
})

test('the time since which nothing came has its seconds', () => {
  expect(formatTime(SINCE)).toMatch(/0?2:05:09|14:05:09/)
})

test('a subscription that is cut off although the socket is open is said', () => {
  act(() => connection.set({ state: 'live' }))
  render(<ConnectionBadge />)
  act(() => interruptedSince.set(SINCE))
  expect(screen.getByRole('status').textContent).toBe('Reconnecting')
  expect(screen.getByRole('status').title).toContain(formatTime(SINCE))
  act(() => interruptedSince.set(undefined))
  expect(screen.getByRole('status').textContent).toBe('Live')
  act(() => connection.set({ state: 'idle' }))
})
