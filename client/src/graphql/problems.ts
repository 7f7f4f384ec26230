/** The problems a mutation can answer with, and what goes wrong before it answers. */
import type { CombinedError } from 'urql'
import { formatCount } from '@/lib/numbers'
import { graphql } from './tada'

export const ProblemFields = graphql(`
  fragment ProblemFields on Problem @_unmask {
    message
    code
    path
  }
`)

/** Milliseconds until a refused request may be sent again; undefined when it was refused for another reason. */
export function waitOf(error: CombinedError | undefined): number | undefined {
  const throttled = error?.graphQLErrors.find(({ extensions }) => extensions['code'] === 'THROTTLED')
  const wait = throttled?.extensions['retryAfterMs']
  return typeof wait === 'number' && wait >= 0 ? wait : undefined
}

function describeThrottle(wait: number | undefined): string {
  const budget = 'Your budget for questions is used up for the moment.'
  if (wait === undefined) return `${budget} Try again in a little while.`
  const seconds = Math.max(1, Math.ceil(wait / 1000))
  return `${budget} Try again in ${formatCount(seconds)} ${seconds === 1 ? 'second' : 'seconds'}.`
}

/** What to tell people about a failed request. */
export function describeError(error: CombinedError): string {
  const [first] = error.graphQLErrors
  if (first) {
    if (first.extensions['code'] === 'THROTTLED') return describeThrottle(waitOf(error))
    if (first.extensions['code'] === 'COST_EXCEEDED')
      return `This asks for more than the server answers at once. Ask for less: a shorter period, fewer rows or fewer points. ${first.message}.`
    const requestId = first.extensions['requestId']
    const unexpected = first.extensions['code'] === 'INTERNAL' && typeof requestId === 'string'
    return unexpected ? `${first.message} (request ${requestId})` : first.message
  }
  const status: unknown = error.response?.status
  if (typeof status === 'number' && status >= 400)
    return `The server did not answer the question (HTTP ${status}).`
  return 'The server cannot be reached. Is TITAN still running?'
}
