/** Whether somebody is signed in, as far as the server's answers tell. */
import { observable } from '@/lib/observable'

export const signedOut = observable(false)

/** fetch, with an eye on 401: the session ended or never began. */
export async function watchfulFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init)
  if (response.status === 401) signedOut.set(true)
  return response
}

/** End the session on the server. */
export async function signOut(): Promise<void> {
  await fetch('/sign-out', { method: 'POST' })
  signedOut.set(true)
}
