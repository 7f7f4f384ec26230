/** Starts a scan. */
import { ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { type Start, useStart } from '@/graphql/useStart'
import { FIELDS, type ScanInput } from './scanDraft'

export const StartScan = graphql(
  `
    mutation StartScan($input: StartScanInput!) {
      startScan(input: $input) {
        __typename
        ... on Scan {
          id
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

export const useScanStart = (): Start<ScanInput> => useStart(StartScan, (data) => data.startScan, FIELDS)
