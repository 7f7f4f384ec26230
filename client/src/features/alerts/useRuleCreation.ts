/** Makes an alert rule, and says where a refusal belongs. */
import type { ResultOf, VariablesOf } from 'gql.tada'
import { useState } from 'react'
import { useMutation } from 'urql'
import { describeError, ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { NO_PROBLEMS, type PlacedProblems, placeProblems } from '@/lib/problems'
import { RULE_FIELDS } from './ruleDraft'

const CreateAlertRule = graphql(
  `
    mutation CreateAlertRule($input: CreateAlertRuleInput!) {
      createAlertRule(input: $input) {
        __typename
        ... on CreatedAlertRule {
          rule {
            id
            name
            webhookUrl
          }
          webhookSecret
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

export type RuleInput = VariablesOf<typeof CreateAlertRule>['input']
export type CreatedRule = Extract<
  ResultOf<typeof CreateAlertRule>['createAlertRule'],
  { __typename: 'CreatedAlertRule' }
>

interface RuleCreation {
  busy: boolean
  problems: PlacedProblems
  refuse: (fields: Record<string, string>) => void
  /** The new rule, with its secret this once; undefined after a refusal. */
  create: (input: RuleInput) => Promise<CreatedRule | undefined>
}

export function useRuleCreation(): RuleCreation {
  const [{ fetching }, run] = useMutation(CreateAlertRule)
  const [problems, setProblems] = useState(NO_PROBLEMS)

  const create = async (input: RuleInput): Promise<CreatedRule | undefined> => {
    setProblems(NO_PROBLEMS)
    const { data, error } = await run({ input })
    const answer = data?.createAlertRule
    if (error || !answer) {
      setProblems({ fields: {}, form: error ? [describeError(error)] : [] })
      return undefined
    }
    switch (answer.__typename) {
      case 'CreatedAlertRule':
        return answer
      case 'NotFoundProblem':
      case 'InvalidInputProblem':
      case 'LimitExceededProblem':
        setProblems(placeProblems([answer], RULE_FIELDS))
        return undefined
      default:
        return answer satisfies never
    }
  }

  return { busy: fetching, problems, create, refuse: (fields) => setProblems({ fields, form: [] }) }
}
