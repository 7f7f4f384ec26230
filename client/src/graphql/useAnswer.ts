/** Asks a question of the graph; without an answer it says why, in words, and can ask again. */
import { type AnyVariables, type UseQueryArgs, useQuery } from 'urql'
import { describeError } from './problems'

export interface Answer<Data> {
  data: Data | undefined
  fetching: boolean
  /** Whether a newer answer than this one is on its way. */
  stale: boolean
  /** Why there is no answer. */
  problem: string | undefined
  /** Ask the server, whatever the cache knows. */
  again: () => void
}

export function useAnswer<Data, Variables extends AnyVariables>(
  question: UseQueryArgs<Variables, Data>,
): Answer<Data> {
  const [{ data, error, fetching, stale }, ask] = useQuery(question)
  return {
    data,
    fetching,
    stale,
    problem: error && describeError(error),
    again: () => ask({ requestPolicy: 'network-only' }),
  }
}
