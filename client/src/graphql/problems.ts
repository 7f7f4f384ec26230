/** The problems a mutation can answer with, and what goes wrong before it answers. */
import type { CombinedError } from 'urql'
import { formatCount } from '@/lib/numbers'
import type { Problem } from '@/lib/problems'
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

/** Whether the same request may succeed a little later: nobody answered, or the server says so. */
export function mayPass(error: CombinedError): boolean {
  const [first] = error.graphQLErrors
  return first ? first.extensions['retryable'] === true : true
}

/** Whether nobody knows if the request arrived: there was no answer of the graph. */
export const wasLost = (error: CombinedError | undefined): boolean =>
  error !== undefined && error.graphQLErrors.length === 0

/** What to tell people about a failed request. */
export function describeError(error: CombinedError): string {
  const [first] = error.graphQLErrors
  if (first) {
    if (first.extensions['code'] === 'THROTTLED') return describeThrottle(waitOf(error))
    if (first.extensions['code'] === 'COST_EXCEEDED')
      return `This asks for more than the server answers at once. Ask for less: a shorter period, fewer rows or fewer points. ${first.message}.`
    if (first.extensions['code'] === 'ID_INVALID')
      return 'There is nothing at this address. It may have been cut off when it was copied.'
    const requestId = first.extensions['requestId']
    const unexpected = first.extensions['code'] === 'INTERNAL' && typeof requestId === 'string'
    return unexpected ? `${first.message} (request ${requestId})` : first.message
  }
  if (error.networkError?.name === 'TimeoutError')
    return 'The server has not answered for a minute. It may be stopped, or very busy.'
  const status: unknown = error.response?.status
  if (typeof status === 'number' && status >= 400)
    return `The server did not answer the question (HTTP ${status}).`
  return 'The server cannot be reached. Is TITAN still running?'
}

/** The members of a payload that are no problems. */
export type RowOf<Answer> = Exclude<Answer, Problem>

/** What a mutation came to: its row, or the problem that it was refused for. */
interface Outcome<Row> {
  row: Row | undefined
  problem: Problem | undefined
}

const isRow = <Answer extends object>(answer: Answer): answer is RowOf<Answer> => !('path' in answer)

/** Tell row and problem apart; a request that failed is a problem of no field. */
export function outcomeOf<Answer extends object>(
  answer: Answer | undefined,
  error: CombinedError | undefined,
): Outcome<RowOf<Answer>> {
  if (error) return { row: undefined, problem: { message: describeError(error), code: '', path: [] } }
  if (answer === undefined) return { row: undefined, problem: undefined }
  return isRow(answer)
    ? { row: answer, problem: undefined }
    : { row: undefined, problem: answer as Answer & Problem }
}
