/** Begins to follow a pair, and says where a refusal belongs. */
import type { VariablesOf } from 'gql.tada'
import { useState } from 'react'
import { useMutation } from 'urql'
import { describeError, ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { NO_PROBLEMS, type PlacedProblems, placeProblems } from '@/lib/problems'
import { LiveCardFields } from './LiveCard'

const WatchPair = graphql(
  `
    mutation WatchPair($input: WatchPairInput!) {
      watchPair(input: $input) {
        __typename
        ... on PairWatch {
          id
          ...LiveCardFields
        }
        ...ProblemFields
      }
    }
  `,
  [LiveCardFields, ProblemFields],
)

export type WatchInput = VariablesOf<typeof WatchPair>['input']

interface Watching {
  busy: boolean
  problems: PlacedProblems
  /** Say why there was no request at all. */
  refuse: (fields: Record<string, string>) => void
  /** Answers whether the pair is watched now. */
  watch: (input: WatchInput, fields: readonly string[]) => Promise<boolean>
}

export function useWatchPair(): Watching {
  const [{ fetching }, run] = useMutation(WatchPair)
  const [problems, setProblems] = useState(NO_PROBLEMS)

  const watch = async (input: WatchInput, fields: readonly string[]): Promise<boolean> => {
    setProblems(NO_PROBLEMS)
    const { data, error } = await run({ input })
    const answer = data?.watchPair
    if (error || !answer) {
      setProblems({ fields: {}, form: error ? [describeError(error)] : [] })
      return false
    }
    switch (answer.__typename) {
      case 'PairWatch':
        return true
      case 'NotFoundProblem':
      case 'InvalidInputProblem':
      case 'LimitExceededProblem':
        setProblems(placeProblems([answer], fields))
        return false
      default:
        return answer satisfies never
    }
  }

  return { busy: fetching, problems, watch, refuse: (fields) => setProblems({ fields, form: [] }) }
}
