/** Starts an import. */
import { ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { type Start, useStart } from '@/graphql/useStart'
import { IMPORT_FIELDS, type ImportInput } from './importDraft'

const ImportBars = graphql(
  `
    mutation ImportBars($input: ImportBarsInput!) {
      importBars(input: $input) {
        __typename
        ... on BarImport {
          id
          job {
            id
            state
          }
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

export const useImportStart = (): Start<ImportInput> =>
  useStart(ImportBars, (data) => data.importBars, IMPORT_FIELDS)
