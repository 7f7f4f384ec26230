/** Makes an alert rule, and says where a refusal belongs. */
import type { ResultOf, VariablesOf } from 'gql.tada'
import { ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { useSubmission } from '@/graphql/useSubmission'
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

export const useRuleCreation = () =>
  useSubmission(CreateAlertRule, (data) => data.createAlertRule, RULE_FIELDS)
