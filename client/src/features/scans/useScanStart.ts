/** Starts a scan, and says where a refusal belongs. */
import { useRef, useState } from 'react'
import { useMutation } from 'urql'
import { describeError, ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { newKey } from '@/lib/draft'
import { NO_PROBLEMS, type PlacedProblems, placeProblems } from '@/lib/problems'
import { FIELDS, readDraft, type ScanDraft } from './scanDraft'

const StartScan = graphql(
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

interface ScanStart {
  busy: boolean
  problems: PlacedProblems
  /** Answers with the new scan's id, or undefined after a refusal. */
  start: (draft: ScanDraft) => Promise<string | undefined>
}

export function useScanStart(): ScanStart {
  const [{ fetching }, run] = useMutation(StartScan)
  const [problems, setProblems] = useState(NO_PROBLEMS)
  const lastTry = useRef({ content: '', key: '' })

  // The same input sent again after a lost answer carries the same key, so that it starts one scan only.
  const keyFor = (input: object): string => {
    const content = JSON.stringify(input)
    if (lastTry.current.content !== content) lastTry.current = { content, key: newKey() }
    return lastTry.current.key
  }

  const start = async (draft: ScanDraft): Promise<string | undefined> => {
    const read = readDraft(draft)
    if ('mistakes' in read) {
      setProblems({ fields: read.mistakes, form: [] })
      return undefined
    }
    setProblems(NO_PROBLEMS)
    const { data, error } = await run({ input: { ...read.input, idempotencyKey: keyFor(read.input) } })
    const answer = data?.startScan
    if (error || !answer) {
      setProblems({ fields: {}, form: error ? [describeError(error)] : [] })
      return undefined
    }
    switch (answer.__typename) {
      case 'Scan':
        lastTry.current = { content: '', key: '' }
        return answer.id
      case 'NotFoundProblem':
      case 'InvalidInputProblem':
      case 'ConflictProblem':
      case 'LimitExceededProblem':
        setProblems(placeProblems([answer], FIELDS))
        return undefined
      default:
        return answer satisfies never
    }
  }

  return { busy: fetching, problems, start }
}
