/** Asks a question once more that was refused because the budget was used up, when there will be budget again. */
import { type Exchange, makeOperation, type Operation, type OperationResult } from 'urql'
import { filter, makeSubject, merge, pipe, share, tap } from 'wonka'
import { waitOf } from './problems'

/** Longer than this nobody is left to wonder. */
const LONGEST_MS = 20_000

const wasRepeated = ({ context }: Operation): boolean => context['repeated'] === true

/** How long to wait before asking again, or undefined where the answer stands as it is. */
function patienceFor({ operation, error }: OperationResult): number | undefined {
  const wait = waitOf(error)
  const repeatable = operation.kind === 'query' && !wasRepeated(operation)
  return repeatable && wait !== undefined && wait <= LONGEST_MS ? wait : undefined
}

/** A mutation is never sent again by itself: whoever pressed the button decides. */
export const patience: Exchange = ({ forward }) => {
  const waiting = new Map<number, ReturnType<typeof setTimeout>>()
  const again = makeSubject<Operation>()
  const forget = (key: number) => {
    clearTimeout(waiting.get(key))
    waiting.delete(key)
  }
  const repeat = (operation: Operation, wait: number) => {
    forget(operation.key)
    const repeated = makeOperation(operation.kind, operation, { ...operation.context, repeated: true })
    const send = () => {
      waiting.delete(operation.key)
      again.next(repeated)
    }
    waiting.set(operation.key, setTimeout(send, wait))
  }
  return (operations$) =>
    pipe(
      merge([
        pipe(
          operations$,
          tap(({ kind, key }) => kind === 'teardown' && forget(key)),
        ),
        again.source,
      ]),
      forward,
      filter((result) => {
        const wait = patienceFor(result)
        if (wait !== undefined) repeat(result.operation, wait)
        return wait === undefined
      }),
      share,
    )
}
