/** Starts a sweep. */
import { ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { type Start, useStart } from '@/graphql/useStart'
import { FIELDS, type SweepInput } from './sweepDraft'

export const StartSweep = graphql(
  `
    mutation StartSweep($input: StartSweepInput!) {
      startSweep(input: $input) {
        __typename
        ... on Sweep {
          id
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

export const useSweepStart = (): Start<SweepInput> => useStart(StartSweep, (data) => data.startSweep, FIELDS)
