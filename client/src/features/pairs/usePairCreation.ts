/** Keeps a pair, and says where a refusal belongs. */
import { useState } from 'react'
import { useMutation } from 'urql'
import { outcomeOf, ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { NO_PROBLEMS, type PlacedProblems, placeProblems } from '@/lib/problems'
import { PairNameFields } from './PairName'

const CreatePair = graphql(
  `
    mutation CreatePair($input: CreatePairInput!) {
      createPair(input: $input) {
        __typename
        ... on Pair {
          ...PairNameFields
        }
        ...ProblemFields
      }
    }
  `,
  [PairNameFields, ProblemFields],
)

export interface Legs {
  y: string
  x: string
}

interface PairCreation {
  busy: boolean
  problems: PlacedProblems
  /** The legs of the last try, where it was refused because that pair is kept already. */
  existing: Legs | undefined
  /** Answers with the symbols of the pair that is now kept, or undefined after a refusal. */
  create: (legs: Legs, market?: string) => Promise<Legs | undefined>
  /** The same, content when the pair is kept already. */
  keep: (legs: Legs) => Promise<Legs | undefined>
}

export function usePairCreation(): PairCreation {
  const [{ fetching }, run] = useMutation(CreatePair)
  const [problems, setProblems] = useState(NO_PROBLEMS)
  const [existing, setExisting] = useState<Legs>()

  const ask = async (typed: Legs, mayExist: boolean, market = ''): Promise<Legs | undefined> => {
    const legs = { y: typed.y.trim(), x: typed.x.trim() }
    setProblems(NO_PROBLEMS)
    setExisting(undefined)
    const { data, error } = await run({
      input: { ...legs, ...(market.trim() && { market: market.trim().toUpperCase() }) },
    })
    const { row, problem } = outcomeOf(data?.createPair, error)
    if (row) return { y: row.y.symbol, x: row.x.symbol }
    const known = problem?.code === 'PAIR_EXISTS'
    if (known && mayExist) return legs
    if (problem) setProblems(placeProblems([problem], ['y', 'x', 'market']))
    if (known) setExisting(legs)
    return undefined
  }

  return {
    busy: fetching,
    problems,
    existing,
    create: (legs, market) => ask(legs, false, market),
    keep: (legs) => ask(legs, true),
  }
}
