/** The problems a mutation can answer with, and what goes wrong before it answers. */
import type { CombinedError } from 'urql'
import { graphql } from './tada'

export const ProblemFields = graphql(`
  fragment ProblemFields on Problem @_unmask {
    message
    code
    path
  }
`)

/** What to tell people about a failed request. */
export function describeError(error: CombinedError): string {
  const [first] = error.graphQLErrors
  if (first) {
    const requestId = first.extensions['requestId']
    const unexpected = first.extensions['code'] === 'INTERNAL' && typeof requestId === 'string'
    return unexpected ? `${first.message} (request ${requestId})` : first.message
  }
  const status: unknown = error.response?.status
  if (typeof status === 'number' && status >= 400)
    return `The server did not answer the question (HTTP ${status}).`
  return 'The server cannot be reached. Is TITAN still running?'
}
