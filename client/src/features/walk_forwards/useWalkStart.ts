/** Starts a walk-forward. */
import { ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { type Start, useStart } from '@/graphql/useStart'
import { FIELDS, type WalkInput } from './walkDraft'

export const StartWalkForward = graphql(
  `
    mutation StartWalkForward($input: StartWalkForwardInput!) {
      startWalkForward(input: $input) {
        __typename
        ... on WalkForward {
          id
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

export const useWalkStart = (): Start<WalkInput> =>
  useStart(StartWalkForward, (data) => data.startWalkForward, FIELDS)
