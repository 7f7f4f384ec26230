/** Sends operations: HTTP for queries and mutations, the socket for subscriptions. */
import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit'
import { createClient } from 'graphql-ws'
import { resolveStandIns } from './standIns'

const URL = '/graphql'

/** The Authorization header of the headers editor, by which a socket can sign in too. */
function authorization(headers: Record<string, unknown> | undefined): Record<string, string> {
  const found = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization')
  return found && typeof found[1] === 'string' ? { Authorization: found[1] } : {}
}

/** The name of the operation to run; right after a change of tab GraphiQL still gives the last tab's. */
function operationNameIn(query: string, name: string | null | undefined): string | undefined {
  const names = Array.from(
    query.matchAll(/^\s*(?:query|mutation|subscription)\s+(\w+)/gm),
    ([, found]) => found,
  )
  return names.find((found) => found === name) ?? (names.length === 1 ? names[0] : undefined)
}

export function createFetcher(): Fetcher {
  let params: Record<string, string> = {}
  // The socket closes with its last subscription, so that each run signs in with the headers of that moment.
  const wsClient = createClient({
    url: `${location.origin.replace(/^http/, 'ws')}${URL}`,
    lazyCloseTimeout: 0,
    connectionParams: () => params,
  })
  const send = createGraphiQLFetcher({ url: URL, wsClient, enableIncrementalDelivery: false })
  return async (operation, options) => {
    params = authorization(options?.headers)
    const variables = await resolveStandIns(operation.variables, params)
    const operationName = operationNameIn(operation.query, operation.operationName)
    return send({ query: operation.query, variables, ...(operationName ? { operationName } : {}) }, options)
  }
}
