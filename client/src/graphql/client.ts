/** The client that all components ask. */
import { Client, fetchExchange, mapExchange, subscriptionExchange } from 'urql'
import { cache } from './cache'
import { lasting } from './lasting'
import { patience } from './patience'
import { recovery } from './recovery'
import { signedOut, watchfulFetch } from './session'
import { onReconnect, socket } from './socket'

/** A client with an empty cache. */
export const createGraphQLClient = (): Client =>
  new Client({
    url: '/graphql',
    preferGetMethod: false,
    fetch: watchfulFetch,
    fetchOptions: { credentials: 'same-origin' },
    exchanges: [
      mapExchange({
        onError: (error) => {
          if (error.graphQLErrors.some(({ extensions }) => extensions['code'] === 'UNAUTHENTICATED'))
            signedOut.set(true)
        },
      }),
      recovery((listener) => {
        onReconnect(listener)
        addEventListener('online', listener)
      }),
      cache(),
      patience,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: lasting(
              (payload, own) => socket.subscribe(payload, own),
              { query: query ?? '', variables: { ...(variables as Record<string, unknown> | undefined) } },
              {
                next: (result) => sink.next(result as Parameters<typeof sink.next>[0]),
                error: (error) => sink.error(error),
                complete: () => sink.complete(),
              },
            ),
          }),
        }),
      }),
      fetchExchange,
    ],
  })
