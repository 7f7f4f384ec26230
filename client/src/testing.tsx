/** A page in a test: the real routes and the real cache, over a server that answers as the test says. */
import { createMemoryHistory, createRouter, RouterProvider } from '@tanstack/react-router'
import { render } from '@testing-library/react'
import { Client, type Exchange, makeErrorResult, makeResult, Provider } from 'urql'
import {
  filter,
  fromArray,
  fromPromise,
  makeSubject,
  map,
  merge,
  mergeMap,
  onPush,
  pipe,
  takeUntil,
} from 'wonka'
import { router } from '@/app/router'
import { cache } from '@/graphql/cache'

type Variables = Record<string, unknown>
type Answer = (variables: Variables) => object | Error

interface Server {
  client: Client
  /** The variables of each request, by the operation's name. */
  asked: Record<string, Variables[]>
  /** Push an event to all subscriptions of that name; it waits for the first one when there is none yet. */
  push: (name: string, data: object) => void
}

function nameOf(operation: { query: { definitions: readonly object[] } }): string {
  const [first] = operation.query.definitions as readonly { name?: { value: string } }[]
  return first?.name?.value ?? ''
}

/** A server that knows answers by operation name; what it does not know never answers. */
export function serve(answers: Record<string, Answer>): Server {
  const asked: Record<string, Variables[]> = {}
  const events = makeSubject<{ name: string; data: object }>()
  const listening = new Map<number, string>()
  const early: { name: string; data: object }[] = []
  const arrived = (name: string) => {
    const own = early.filter((event) => event.name === name)
    for (const event of own) early.splice(early.indexOf(event), 1)
    return own
  }

  const exchange: Exchange = () => (operations$) => {
    const requests$ = pipe(
      operations$,
      filter(({ kind }) => kind === 'query' || kind === 'mutation'),
      mergeMap((operation) => {
        const name = nameOf(operation)
        const variables = operation.variables as Variables
        asked[name] = [...(asked[name] ?? []), variables]
        const answer = answers[name]?.(variables)
        const result =
          answer instanceof Error
            ? makeErrorResult(operation, answer)
            : makeResult(operation, { data: answer ?? null, hasNext: false })
        return fromPromise(
          answer === undefined ? new Promise<typeof result>(() => {}) : Promise.resolve(result),
        )
      }),
    )
    const subscriptions$ = pipe(
      operations$,
      filter(({ kind }) => kind === 'subscription'),
      mergeMap((operation) => {
        const own = nameOf(operation)
        listening.set(operation.key, own)
        return pipe(
          merge([fromArray(arrived(own)), events.source]),
          filter(({ name }) => name === own),
          map(({ data }) => makeResult(operation, { data, hasNext: true })),
          takeUntil(
            pipe(
              operations$,
              filter(({ kind, key }) => kind === 'teardown' && key === operation.key),
              onPush(({ key }) => listening.delete(key)),
            ),
          ),
        )
      }),
    )
    return merge([requests$, subscriptions$])
  }

  const client = new Client({ url: '/graphql', preferGetMethod: false, exchanges: [cache(), exchange] })
  const push = (name: string, data: object) => {
    if ([...listening.values()].includes(name)) events.next({ name, data })
    else early.push({ name, data })
  }
  return { client, asked, push }
}

/** What the shell around every page asks for. */
export const SHELL = {
  Shell: () => ({
    __typename: 'Query',
    viewer: { __typename: 'User', id: 'u', name: 'admin', role: 'ADMIN' },
    serverInfo: { __typename: 'ServerInfo', version: '0.1.0' },
  }),
}

/** Open an address. */
export function open(path: string, server: Server) {
  const history = createMemoryHistory({ initialEntries: [path] })
  const opened = createRouter({ routeTree: router.routeTree, history })
  render(
    <Provider value={server.client}>
      <RouterProvider router={opened as unknown as typeof router} />
    </Provider>,
  )
  return opened
}
