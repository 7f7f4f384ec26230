/** Makes universes, lets instruments join them by symbol, and forgets them; says where a refusal belongs. */
import { useState } from 'react'
import { useClient } from 'urql'
import { describeError, outcomeOf, ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { NO_PROBLEMS, type PlacedProblems, type Problem, placeProblems } from '@/lib/problems'
import { UniverseCardFields } from './UniverseCard'

const SymbolIds = graphql(`
  query SymbolIds($symbols: [String!]!, $after: String) {
    instruments(where: { symbol: { in: $symbols } }, first: 100, after: $after) {
      nodes {
        id
        symbol
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`)

const CreateUniverse = graphql(
  `
    mutation CreateUniverse($input: CreateUniverseInput!) {
      createUniverse(input: $input) {
        __typename
        ... on Universe {
          id
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

const AddUniverseMembers = graphql(
  `
    mutation AddUniverseMembers($input: AddUniverseMembersInput!) {
      addUniverseMembers(input: $input) {
        __typename
        ... on Universe {
          id
          ...UniverseCardFields
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields, UniverseCardFields],
)

const RemoveUniverse = graphql(
  `
    mutation RemoveUniverse($id: ID!) {
      removeUniverse(input: { id: $id }) {
        __typename
        ... on Universe {
          id
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

export const UNIVERSE_FIELDS = ['name', 'note', 'members']

/** Members as they are typed: symbols that belong from a day until before another; empty days are no limit. */
export interface MembersDraft {
  symbols: readonly string[]
  since: string
  until: string
}

export const NO_MEMBERS: MembersDraft = { symbols: [], since: '', until: '' }

interface UniverseChange {
  busy: boolean
  problems: PlacedProblems
  create: (name: string, note: string, members: MembersDraft) => Promise<boolean>
  join: (universeId: string, members: MembersDraft) => Promise<boolean>
  remove: (universeId: string) => Promise<boolean>
}

const refusal = (message: string, field?: string): Problem => ({
  message,
  code: '',
  path: field === undefined ? [] : ['input', field],
})

export function useUniverseChange(): UniverseChange {
  const client = useClient()
  const [busy, setBusy] = useState(false)
  const [problems, setProblems] = useState(NO_PROBLEMS)

  const idsOf = async (symbols: readonly string[]): Promise<Map<string, string> | Problem> => {
    const ids = new Map<string, string>()
    let after: string | null = null
    while (symbols.length > 0) {
      const variables: { symbols: string[]; after: string | null } = { symbols: [...symbols], after }
      const { data, error } = await client.query(SymbolIds, variables, { requestPolicy: 'network-only' })
      if (error || !data) return refusal(error ? describeError(error) : 'The symbols cannot be looked up.')
      for (const { id, symbol } of data.instruments.nodes) if (!ids.has(symbol)) ids.set(symbol, id)
      if (!data.instruments.pageInfo.hasNextPage) break
      after = data.instruments.pageInfo.endCursor
    }
    const missing = symbols.filter((symbol) => !ids.has(symbol))
    return missing.length > 0 ? refusal(`There is no instrument ${missing.join(', ')}.`, 'members') : ids
  }

  const membersOf = async ({ symbols, since, until }: MembersDraft) => {
    const ids = await idsOf(symbols)
    if (!(ids instanceof Map)) return ids
    return symbols.map((symbol) => ({
      instrumentId: ids.get(symbol) ?? '',
      since: since || null,
      until: until || null,
    }))
  }

  const attempt = async (work: () => Promise<Problem | undefined>): Promise<boolean> => {
    setBusy(true)
    setProblems(NO_PROBLEMS)
    const problem = await work()
    setBusy(false)
    if (problem) setProblems(placeProblems([problem], UNIVERSE_FIELDS))
    return problem === undefined
  }

  return {
    busy,
    problems,
    create: (name, note, draft) =>
      attempt(async () => {
        const members = await membersOf(draft)
        if ('message' in members) return members
        const input = { name, note: note.trim() || null, members }
        const { data, error } = await client.mutation(CreateUniverse, { input })
        return outcomeOf(data?.createUniverse, error).problem
      }),
    join: (universeId, draft) =>
      attempt(async () => {
        const members = await membersOf(draft)
        if ('message' in members) return members
        const { data, error } = await client.mutation(AddUniverseMembers, { input: { universeId, members } })
        return outcomeOf(data?.addUniverseMembers, error).problem
      }),
    remove: (id) =>
      attempt(async () => {
        const { data, error } = await client.mutation(RemoveUniverse, { id })
        return outcomeOf(data?.removeUniverse, error).problem
      }),
  }
}
