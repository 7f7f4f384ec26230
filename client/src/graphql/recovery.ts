/** Asks again, when the server is back, what it could not answer while it was away. */
import { type Exchange, makeOperation, type Operation } from 'urql'
import { pipe, tap } from 'wonka'
import { mayPass, wasLost } from './problems'

/**
 * A mutation whose answer was lost may have been done, and changed anything: then all that the page shows is asked for
 * again. `onReturn` takes a listener for when answers can be had again.
 */
export const recovery =
  (onReturn: (listener: () => void) => void): Exchange =>
  ({ client, forward }) => {
    const shown = new Map<number, Operation>()
    const unanswered = new Set<number>()
    let mutationLost = false
    onReturn(() => {
      const again = mutationLost ? shown.keys() : unanswered
      mutationLost = false
      for (const operation of [...again].flatMap((key) => shown.get(key) ?? [])) {
        const context = { ...operation.context, requestPolicy: 'network-only' as const }
        client.reexecuteOperation(makeOperation('query', operation, context))
      }
    })
    return (operations$) =>
      pipe(
        operations$,
        tap((operation) => {
          if (operation.kind === 'query') shown.set(operation.key, operation)
          if (operation.kind === 'teardown') shown.delete(operation.key)
        }),
        forward,
        tap(({ operation, error }) => {
          if (operation.kind === 'mutation') mutationLost ||= wasLost(error)
          if (error && mayPass(error)) unanswered.add(operation.key)
          else unanswered.delete(operation.key)
        }),
      )
  }
