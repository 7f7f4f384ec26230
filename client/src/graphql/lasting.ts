/** Subscriptions that outlive what cuts them: a stream resumes after its last cursor, one that failed begins again. */
import { retryDelay } from '@/lib/connection'
import { observable } from '@/lib/observable'

interface Payload {
  query: string
  variables: Record<string, unknown>
}

interface Result {
  data?: unknown
  errors?: readonly unknown[] | undefined
}

interface Sink<R extends Result> {
  next: (result: R) => void
  error: (error: unknown) => void
  complete: () => void
}

type Subscribe<R extends Result> = (payload: Payload, sink: Sink<R>) => () => void

/** Since when some subscription is cut off although the socket is open; undefined while none is. */
export const interruptedSince = observable<number | undefined>(undefined)

/** A subscription that begins again is believed to be back when nothing went wrong for so long. */
const SETTLES_MS = 3_000
const cut = new Map<object, number>()

function tell(): void {
  interruptedSince.set(cut.size > 0 ? Math.min(...cut.values()) : undefined)
}

/** Whether the same question may have an answer later: the server says so, or something in it broke. */
function isPassing(errors: unknown): boolean {
  if (!Array.isArray(errors) || errors.length === 0) return false
  return errors.every((error: { extensions?: { code?: string; retryable?: boolean } }) => {
    const { code, retryable } = error.extensions ?? {}
    return retryable === true || code === 'INTERNAL'
  })
}

function cursorOf(data: unknown): string | undefined {
  const [event] = Object.values((data ?? {}) as Record<string, { cursor?: unknown } | null>)
  return typeof event?.cursor === 'string' ? event.cursor : undefined
}

/**
 * Subscribe until told to stop. A stream is a subscription with a variable `after`: the socket sends the variables
 * anew after each break, so that keeping the last cursor in them loses and repeats nothing.
 */
export function lasting<R extends Result>(
  subscribe: Subscribe<R>,
  { query, variables }: Payload,
  sink: Sink<R>,
  delay: (attempt: number) => number = retryDelay,
): () => void {
  const me = {}
  const payload = { query, variables: { ...variables } }
  const isStream = 'after' in variables
  let stop = () => {}
  let timer: ReturnType<typeof setTimeout> | undefined
  let attempt = 0
  /** Counts the beginnings; what an earlier one still says is not heard. */
  let turn = 0

  const settle = () => {
    clearTimeout(timer)
    attempt = 0
    if (cut.delete(me)) tell()
  }
  const again = () => {
    clearTimeout(timer)
    if (!cut.has(me)) cut.set(me, Date.now())
    tell()
    timer = setTimeout(() => {
      timer = setTimeout(settle, SETTLES_MS)
      begin()
    }, delay(attempt))
    attempt += 1
  }
  const begin = () => {
    turn += 1
    const mine = turn
    stop = subscribe(payload, {
      next: (result) => {
        if (mine !== turn) return
        if (isPassing(result.errors)) {
          turn += 1
          stop()
          return again()
        }
        const cursor = cursorOf(result.data)
        if (isStream && cursor !== undefined) payload.variables['after'] = cursor
        if (cut.has(me)) settle()
        sink.next(result)
      },
      error: (error) => {
        if (mine === turn) isPassing(error) ? again() : sink.error(error)
      },
      // A stream has no end: whatever ended it was not the page.
      complete: () => {
        if (mine === turn) isStream ? again() : sink.complete()
      },
    })
  }
  begin()
  return () => {
    turn += 1
    settle()
    stop()
  }
}
