import { GraphQLError } from 'graphql'
import { CombinedError } from 'urql'
import { expect, test } from 'vitest'
import { describeError, mayPass, outcomeOf } from './problems'

const REFUSED = {
  __typename: 'ConflictProblem',
  message: 'It is kept already',
  code: 'PAIR_EXISTS',
  path: ['input'],
}

test('a row is told from a problem', () => {
  const row = { __typename: 'Pair', id: 'p', message: 'a column of its own' }
  expect(outcomeOf(row, undefined)).toEqual({ row, problem: undefined })
  expect(outcomeOf(REFUSED, undefined)).toEqual({ row: undefined, problem: REFUSED })
})

test('a request that failed is a problem of no field, whatever else came', () => {
  const error = new CombinedError({ networkError: new Error('refused') })
  const problem = { message: 'The server cannot be reached. Is TITAN still running?', code: '', path: [] }
  expect(outcomeOf(undefined, error)).toEqual({ row: undefined, problem })
  expect(outcomeOf(REFUSED, error)).toEqual({ row: undefined, problem })
})

test('without any answer there is neither', () => {
  expect(outcomeOf(undefined, undefined)).toEqual({ row: undefined, problem: undefined })
})

const refused = (extensions: Record<string, unknown>) =>
  new CombinedError({ graphQLErrors: [new GraphQLError('No', { extensions })] })

test('an address that was cut off is said in words of the page', () => {
  expect(describeError(refused({ code: 'ID_INVALID' }))).toBe(
    'There is nothing at this address. It may have been cut off when it was copied.',
  )
})

test('what nobody answered may pass, and what the server says may be retried; a refusal stays', () => {
  expect(mayPass(new CombinedError({ networkError: new Error('away') }))).toBe(true)
  expect(mayPass(refused({ code: 'TIMEOUT', retryable: true }))).toBe(true)
  expect(mayPass(refused({ code: 'FILE_EMPTY', retryable: false }))).toBe(false)
})
