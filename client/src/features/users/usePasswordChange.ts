/** Changes one's own password, and says where a refusal belongs. */
import { useState } from 'react'
import { useMutation } from 'urql'
import { describeError, ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { NO_PROBLEMS, type PlacedProblems, placeProblems } from '@/lib/problems'

const ChangePassword = graphql(
  `
    mutation ChangePassword($input: ChangePasswordInput!) {
      changePassword(input: $input) {
        __typename
        ... on ChangedPassword {
          sessionsEnded
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

const FIELDS = ['present', 'new', 'again']

interface PasswordChange {
  busy: boolean
  problems: PlacedProblems
  refuse: (fields: Record<string, string>) => void
  /** How many other sessions that ended; undefined after a refusal. */
  change: (input: { new: string; present: string | null }) => Promise<number | undefined>
}

export function usePasswordChange(): PasswordChange {
  const [{ fetching }, run] = useMutation(ChangePassword)
  const [problems, setProblems] = useState(NO_PROBLEMS)

  const change: PasswordChange['change'] = async (input) => {
    setProblems(NO_PROBLEMS)
    const { data, error } = await run({ input })
    const answer = data?.changePassword
    if (error || !answer) {
      setProblems({ fields: {}, form: error ? [describeError(error)] : [] })
      return undefined
    }
    switch (answer.__typename) {
      case 'ChangedPassword':
        return answer.sessionsEnded
      case 'InvalidInputProblem':
      case 'ForbiddenProblem':
      case 'ConflictProblem':
      case 'ThrottledProblem':
      case 'UnavailableProblem':
        setProblems(placeProblems([answer], FIELDS))
        return undefined
      default:
        return answer satisfies never
    }
  }

  return { busy: fetching, problems, change, refuse: (fields) => setProblems({ fields, form: [] }) }
}
