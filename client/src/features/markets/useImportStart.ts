/** Starts an import, and says where a refusal belongs. */
import { useRef, useState } from 'react'
import { useMutation } from 'urql'
import { describeError, ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { newKey } from '@/lib/draft'
import { NO_PROBLEMS, type PlacedProblems, placeProblems } from '@/lib/problems'
import { IMPORT_FIELDS, type ImportDraft, readImport } from './importDraft'

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

interface ImportStart {
  busy: boolean
  problems: PlacedProblems
  /** Answers with the new import's id, or undefined after a refusal. */
  start: (draft: ImportDraft, uploadId: string) => Promise<string | undefined>
}

export function useImportStart(): ImportStart {
  const [{ fetching }, run] = useMutation(ImportBars)
  const [problems, setProblems] = useState(NO_PROBLEMS)
  // A lost answer is asked for again under the same key, so that it starts one import only.
  const lost = useRef({ content: '', key: '' })

  const start = async (draft: ImportDraft, uploadId: string): Promise<string | undefined> => {
    const input = readImport(draft, uploadId)
    const content = JSON.stringify(input)
    if (lost.current.content !== content) lost.current = { content, key: newKey() }
    setProblems(NO_PROBLEMS)
    const { data, error } = await run({ input: { ...input, idempotencyKey: lost.current.key } })
    const answer = data?.importBars
    if (error || !answer) {
      setProblems({ fields: {}, form: error ? [describeError(error)] : [] })
      return undefined
    }
    lost.current = { content: '', key: '' }
    switch (answer.__typename) {
      case 'BarImport':
        return answer.id
      case 'NotFoundProblem':
      case 'InvalidInputProblem':
      case 'ConflictProblem':
        setProblems(placeProblems([answer], IMPORT_FIELDS))
        return undefined
      default:
        return answer satisfies never
    }
  }

  return { busy: fetching, problems, start }
}
