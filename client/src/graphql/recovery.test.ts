import { GraphQLError } from 'graphql'
import { Client, CombinedError, type Exchange, gql, makeResult, type Operation } from 'urql'
import { expect, test } from 'vitest'
import { filter, map, pipe } from 'wonka'
import { recovery } from './recovery'

/** A client whose server can be taken away; `comeBack` is its return. */
function away() {
  const listeners: (() => void)[] = []
  const asked: string[] = []
  const now = { error: undefined as CombinedError | undefined }
  const server: Exchange = () => (operations$) =>
    pipe(
      operations$,
      filter(({ kind }: Operation) => kind !== 'teardown'),
      map((operation) => {
        asked.push((operation.variables as { name: string }).name)
        const result = makeResult(operation, { data: { n: asked.length }, hasNext: false })
        return now.error ? { ...result, data: undefined, error: now.error } : result
      }),
    )
  const exchanges = [recovery((listener) => listeners.push(listener)), server]
  const client = new Client({ url: '/', preferGetMethod: false, exchanges })
  const watch = (name: string) => {
    const seen: unknown[] = []
    const { unsubscribe } = client
      .query(gql`query ($name: String!) { n(name: $name) }`, { name })
      .subscribe(({ data, error }) => seen.push(data ?? error?.message))
    return { seen, unsubscribe }
  }
  const comeBack = async () => {
    now.error = undefined
    for (const listener of listeners) listener()
    await Promise.resolve()
  }
  return { client, asked, now, watch, comeBack }
}

const LOST = new CombinedError({ networkError: new Error('away') })
const REFUSED = new CombinedError({ graphQLErrors: [new GraphQLError('no')] })

test('what the server could not answer is asked again when it is back, and nothing else', async () => {
  const { asked, now, watch, comeBack } = away()
  watch('answered')
  now.error = LOST
  const { seen } = watch('unanswered')
  watch('left').unsubscribe()
  now.error = REFUSED
  watch('refused')
  asked.length = 0
  await comeBack()
  expect(asked).toEqual(['unanswered'])
  expect(seen).toEqual(['[Network] away', { n: 1 }])
  await comeBack()
  expect(asked).toEqual(['unanswered'])
})

test('after a mutation whose answer was lost everything shown is asked again, once', async () => {
  const { client, asked, now, watch, comeBack } = away()
  watch('first')
  watch('second')
  now.error = LOST
  await client.mutation(gql`mutation ($name: String!) { n(name: $name) }`, { name: 'mutation' }).toPromise()
  asked.length = 0
  await comeBack()
  expect(asked).toEqual(['first', 'second'])
  await comeBack()
  expect(asked).toEqual(['first', 'second'])
})
