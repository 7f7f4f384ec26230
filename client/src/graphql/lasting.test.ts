import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { interruptedSince, lasting } from './lasting'

type Started = Parameters<Parameters<typeof lasting>[0]>

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A subscription and the socket under it, whose every beginning the test holds in its hands. */
function begin(variables: Record<string, unknown>) {
  const started: { after: unknown; payload: Started[0]; sink: Started[1] }[] = []
  const heard: unknown[] = []
  const stopped: number[] = []
  const stop = lasting(
    (payload, sink) => {
      const turn = started.push({ after: payload.variables['after'], payload, sink }) - 1
      return () => {
        stopped.push(turn)
        sink.complete()
      }
    },
    { query: 'q', variables },
    {
      next: ({ data }) => heard.push(data),
      error: (error) => heard.push({ error }),
      complete: () => heard.push('complete'),
    },
    (attempt) => 1000 * 2 ** attempt,
  )
  return { started, heard, stopped, stop }
}

const tick = (cursor: string) => ({ data: { pairTicks: { cursor } } })
const failure = (code: string, retryable = false) => [{ extensions: { code, retryable } }]

test('the variables follow the cursor, so that the socket resumes where it was cut', () => {
  const { started, heard, stop } = begin({ pairIds: ['p'], after: 'c0' })
  started[0]?.sink.next(tick('c1'))
  started[0]?.sink.next(tick('c2'))
  expect(started[0]?.payload.variables).toEqual({ pairIds: ['p'], after: 'c2' })
  expect(heard).toHaveLength(2)
  stop()
})

test('what fails in passing begins again later and later, after the last cursor', () => {
  const { started, heard, stop } = begin({ after: null })
  started[0]?.sink.next(tick('c1'))
  started[0]?.sink.error(failure('INTERNAL'))
  expect(interruptedSince.get()).toBe(Date.now())
  vi.advanceTimersByTime(1000)
  started[1]?.sink.next({ errors: failure('UNAVAILABLE', true) })
  vi.advanceTimersByTime(1999)
  expect(started).toHaveLength(2)
  vi.advanceTimersByTime(1)
  expect(started.map(({ after }) => after)).toEqual([null, 'c1', 'c1'])
  started[2]?.sink.next(tick('c2'))
  expect(interruptedSince.get()).toBeUndefined()
  expect(heard).toEqual([tick('c1').data, tick('c2').data])
  stop()
})

test('a stream that the server ends begins again; silence afterwards is no fault', () => {
  const { started, stop } = begin({ after: null })
  started[0]?.sink.complete()
  vi.advanceTimersByTime(1000)
  expect(started).toHaveLength(2)
  expect(interruptedSince.get()).toBeDefined()
  vi.advanceTimersByTime(3000)
  expect(interruptedSince.get()).toBeUndefined()
  stop()
})

test('a refusal and the end of a state are told, and nothing begins again', () => {
  const refused = begin({ after: 'x' })
  refused.started[0]?.sink.error(failure('CURSOR_INVALID'))
  const ended = begin({ id: 'j' })
  ended.started[0]?.sink.complete()
  vi.advanceTimersByTime(60_000)
  expect(refused.heard).toEqual([{ error: failure('CURSOR_INVALID') }])
  expect([refused.started.length, ended.started.length, ended.heard]).toEqual([1, 1, ['complete']])
})

test('a stream that is left stays left, even while it waits', () => {
  const { started, stop } = begin({ after: null })
  started[0]?.sink.error(failure('INTERNAL'))
  stop()
  vi.advanceTimersByTime(60_000)
  expect(started).toHaveLength(1)
  expect(interruptedSince.get()).toBeUndefined()
})
