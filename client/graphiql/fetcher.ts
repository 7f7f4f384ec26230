/** Sends operations: HTTP for queries and mutations, the socket for subscriptions. */
import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit'
import { type DocumentNode, Kind, parse } from 'graphql'
import { createClient } from 'graphql-ws'
import { resolveStandIns } from './standIns'

const URL = '/graphql'

/** The Authorization header of the headers editor, by which a socket can sign in too. */
function authorization(headers: Record<string, unknown> | undefined): Record<string, string> {
  const found = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization')
  return found && typeof found[1] === 'string' ? { Authorization: found[1] } : {}
}

/** The document as it is now: right after a change of tab, GraphiQL still hands over the last tab's. */
function read(query: string): DocumentNode | undefined {
  try {
    return parse(query)
  } catch {
    // The server says better what is wrong with it.
    return undefined
  }
}

/** The operation to run: the one under the cursor where it exists, else the only one. */
function operationNameIn(
  document: DocumentNode | undefined,
  wanted: string | null | undefined,
): string | undefined {
  const operations = document?.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION) ?? []
  const names = operations.flatMap((operation) => ('name' in operation && operation.name?.value) || [])
  return names.find((name) => name === wanted) ?? (names.length === 1 ? names[0] : undefined)
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
    const documentAST = read(operation.query)
    const operationName = operationNameIn(documentAST, operation.operationName)
    return send(
      { query: operation.query, variables, ...(operationName ? { operationName } : {}) },
      { ...options, ...(documentAST ? { documentAST } : {}) },
    )
  }
}
