import { afterEach, beforeEach, expect, test, vi } from 'vitest'

/** A socket that the test opens and speaks through; by itself it does nothing. */
class Line {
  static all: Line[] = []
  readonly CONNECTING = 0
  readonly OPEN = 1
  readonly CLOSING = 2
  readonly CLOSED = 3
  static OPEN = 1
  static CLOSING = 2
  readyState = 0
  sent: { type: string }[] = []
  onopen = () => {}
  onclose: ((event: object) => void) | null = () => {}
  onmessage: (event: { data: string }) => void = () => {}
  constructor() {
    Line.all.push(this)
  }
  send(text: string) {
    this.sent.push(JSON.parse(text) as { type: string })
  }
  close() {
    this.readyState = 2
  }
  say(message: object) {
    this.onmessage({ data: JSON.stringify(message) })
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', Line)
  Line.all = []
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.resetModules()
})

const last = () => Line.all.at(-1) as Line

async function begin() {
  const { connection, socket } = await import('./socket')
  const stop = socket.subscribe({ query: 'subscription { s }' }, { next() {}, error() {}, complete() {} })
  await vi.advanceTimersByTimeAsync(0)
  return { state: () => connection.get().state, stop }
}

async function open(line: Line) {
  line.readyState = 1
  line.onopen()
  await vi.advanceTimersByTimeAsync(0)
  line.say({ type: 'connection_ack' })
}

test('a server that answers no ping is no longer said to be live, and another connection is tried', async () => {
  const { state } = await begin()
  await open(last())
  expect(state()).toBe('live')
  await vi.advanceTimersByTimeAsync(15_000)
  last().say({ type: 'pong' })
  await vi.advanceTimersByTimeAsync(19_999)
  expect([state(), Line.all.length]).toEqual(['live', 1])
  await vi.advanceTimersByTimeAsync(1)
  expect(state()).toBe('reconnecting')
  await vi.advanceTimersByTimeAsync(600)
  expect(Line.all.length).toBe(2)
})

test('a connection that never opens is given up, until the page says that it is stale', async () => {
  const { state } = await begin()
  await open(last())
  last().onclose?.({ code: 1006 })
  await vi.advanceTimersByTimeAsync(45_000)
  expect(state()).toBe('offline')
  await open(last())
  expect(state()).toBe('live')
})
