import { GraphQLError } from 'graphql'
import { Client, CombinedError, type Exchange, gql, makeResult, type Operation } from 'urql'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { filter, map, pipe } from 'wonka'
import { patience } from './patience'
import { describeError } from './problems'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const refused = (code: string, extensions: object = {}) =>
  new GraphQLError('refused', { extensions: { code, ...extensions } })
const said = (error: GraphQLError) => describeError(new CombinedError({ graphQLErrors: [error] }))

/** A client whose server refuses so often before it answers. */
function client(refusals: number, wait = 3_000) {
  const asked: string[] = []
  const server: Exchange = () => (operations$) =>
    pipe(
      operations$,
      filter(({ kind }: Operation) => kind !== 'teardown'),
      map((operation) => {
        asked.push(operation.kind)
        return asked.length <= refusals
          ? makeResult(operation, {
              errors: [refused('THROTTLED', { retryAfterMs: wait })],
              hasNext: false,
            })
          : makeResult(operation, { data: { n: asked.length }, hasNext: false })
      }),
    )
  return { asked, client: new Client({ url: '/', preferGetMethod: false, exchanges: [patience, server] }) }
}

const QUERY = gql`{ n }`

test('a throttled query is asked once more when the budget is back', async () => {
  const { asked, client: patient } = client(1)
  const answer = patient.query(QUERY, {}).toPromise()
  await vi.advanceTimersByTimeAsync(2_999)
  expect(asked.length).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  expect((await answer).data).toEqual({ n: 2 })
})

test('it is asked once more only; then it is told when to try again', async () => {
  const { asked, client: patient } = client(9)
  const answer = patient.query(QUERY, {}).toPromise()
  await vi.advanceTimersByTimeAsync(60_000)
  const { error } = await answer
  expect(asked.length).toBe(2)
  expect(error && describeError(error)).toBe(
    'Your budget for questions is used up for the moment. Try again in 3 seconds.',
  )
})

test('a query that nobody waits for any more is not asked again', async () => {
  const { asked, client: patient } = client(1)
  patient
    .query(QUERY, {})
    .subscribe(() => {})
    .unsubscribe()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked.length).toBe(1)
})

test('mutations and long waits are told at once', async () => {
  const first = client(1)
  expect((await first.client.mutation(gql`mutation { n }`, {}).toPromise()).error).toBeDefined()
  const second = client(1, 60_000)
  expect((await second.client.query(QUERY, {}).toPromise()).error).toBeDefined()
  await vi.advanceTimersByTimeAsync(120_000)
  expect([first.asked, second.asked]).toEqual([['mutation'], ['query']])
})

test('what costs too much says what to do about it', () => {
  expect(said(refused('COST_EXCEEDED'))).toBe(
    'This asks for more than the server answers at once. Ask for less: a shorter period, fewer rows or fewer points. refused.',
  )
  expect(said(refused('THROTTLED'))).toMatch(/Try again in a little while\.$/)
  expect(said(refused('THROTTLED', { retryAfterMs: 40 }))).toMatch(/Try again in 1 second\.$/)
  expect(said(refused('ELSE'))).toBe('refused')
})
