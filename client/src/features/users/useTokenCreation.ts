/** Makes an access token, and says where a refusal belongs. */
import type { ResultOf, VariablesOf } from 'gql.tada'
import { ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { useSubmission } from '@/graphql/useSubmission'

const CreateAccessToken = graphql(
  `
    mutation CreateAccessToken($input: CreateAccessTokenInput!) {
      createAccessToken(input: $input) {
        __typename
        ... on AccessTokenCreated {
          secret
          token {
            id
            name
            scope
          }
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

export type TokenInput = VariablesOf<typeof CreateAccessToken>['input']
export type CreatedToken = Extract<
  ResultOf<typeof CreateAccessToken>['createAccessToken'],
  { __typename: 'AccessTokenCreated' }
>

export const useTokenCreation = () =>
  useSubmission(CreateAccessToken, (data) => data.createAccessToken, ['name', 'scope', 'expiresInDays'])
