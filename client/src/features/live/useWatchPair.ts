/** Begins to follow a pair, and says where a refusal belongs. */
import type { VariablesOf } from 'gql.tada'
import { ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { useSubmission } from '@/graphql/useSubmission'
import { LiveCardFields } from './LiveCard'
import { WATCH_FIELDS } from './watchDraft'

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

export const useWatchPair = () => useSubmission(WatchPair, (data) => data.watchPair, WATCH_FIELDS)
