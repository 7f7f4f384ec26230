/** Keeps a pair, and says where a refusal belongs. */
import { useState } from 'react'
import { useMutation } from 'urql'
import { describeError, ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { NO_PROBLEMS, type PlacedProblems, placeProblems } from '@/lib/problems'

const CreatePair = graphql(
  `
    mutation CreatePair($input: CreatePairInput!) {
      createPair(input: $input) {
        __typename
        ... on Pair {
          id
          y {
            id
            symbol
          }
          x {
            id
            symbol
          }
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

export interface Legs {
  y: string
  x: string
}

interface PairCreation {
  busy: boolean
  problems: PlacedProblems
  /** Answers with the symbols of the pair that is now kept, or undefined after a refusal. */
  create: (legs: Legs) => Promise<Legs | undefined>
}

export function usePairCreation(): PairCreation {
  const [{ fetching }, run] = useMutation(CreatePair)
  const [problems, setProblems] = useState(NO_PROBLEMS)

  const create = async (legs: Legs): Promise<Legs | undefined> => {
    setProblems(NO_PROBLEMS)
    const { data, error } = await run({ input: { y: legs.y.trim(), x: legs.x.trim() } })
    const answer = data?.createPair
    if (error || !answer) {
      setProblems({ fields: {}, form: error ? [describeError(error)] : [] })
      return undefined
    }
    switch (answer.__typename) {
      case 'Pair':
        return { y: answer.y.symbol, x: answer.x.symbol }
      case 'NotFoundProblem':
      case 'InvalidInputProblem':
      case 'ConflictProblem':
        setProblems(placeProblems([answer], ['y', 'x']))
        return undefined
      default:
        return answer satisfies never
    }
  }

  return { busy: fetching, problems, create }
}
