/** Whether somebody is signed in, as far as the server's answers tell. */
import { observable } from '@/lib/observable'
import type { Problem } from '@/lib/problems'

export const signedOut = observable(false)

/** Longer than anything takes that is asked for at once: who has not answered by then hangs. */
export const ANSWERS_WITHIN_MS = 60_000

/** fetch, with a bound, and with an eye on 401: the session ended or never began. */
export async function watchfulFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const bound = AbortSignal.timeout(ANSWERS_WITHIN_MS)
  const signal = init?.signal ? AbortSignal.any([init.signal, bound]) : bound
  const response = await fetch(input, { ...init, signal })
  if (response.status === 401) signedOut.set(true)
  return response
}

interface Refusal {
  errors: { message: string; extensions: { code: string; field: string[] } }[]
}

async function refusalOf(response: Response): Promise<Problem> {
  try {
    const [first] = ((await response.json()) as Refusal).errors
    if (first) return { message: first.message, code: first.extensions.code, path: first.extensions.field }
  } catch {
    // Something between the page and the server answered in its own words.
  }
  return { message: `The server did not sign you in (HTTP ${response.status}).`, code: '', path: [] }
}

/** Begin a session; the answer is why not. */
export async function signIn(name: string, password: string): Promise<Problem | undefined> {
  try {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch('/sign-in', {
      method: 'POST',
      headers,
      body: JSON.stringify({ name, password }),
    })
    return response.ok ? undefined : await refusalOf(response)
  } catch {
    return { message: 'The server cannot be reached. Is TITAN still running?', code: '', path: [] }
  }
}

/** Show the page again with nothing of the session before. */
export function startAfresh(): void {
  if (location.pathname === '/sign-in') location.assign('/')
  else location.reload()
}

/** End the session on the server. */
export async function signOut(): Promise<void> {
  await fetch('/sign-out', { method: 'POST' })
  signedOut.set(true)
}
