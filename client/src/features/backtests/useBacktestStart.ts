/** Starts a backtest, and says where a refusal belongs. */
import { useRef, useState } from 'react'
import { useMutation } from 'urql'
import { describeError, ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { newKey } from '@/lib/draft'
import { NO_PROBLEMS, type PlacedProblems, placeProblems } from '@/lib/problems'
import { type BacktestDraft, type Context, FIELDS, readDraft } from './backtestDraft'

export const StartBacktest = graphql(
  `
    mutation StartBacktest($input: StartBacktestInput!) {
      startBacktest(input: $input) {
        __typename
        ... on Backtest {
          id
          pair {
            id
          }
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

interface BacktestStart {
  busy: boolean
  problems: PlacedProblems
  /** Answers with the new backtest's id, or undefined after a refusal. */
  start: (draft: BacktestDraft, context: Context) => Promise<string | undefined>
}

export function useBacktestStart(): BacktestStart {
  const [{ fetching }, run] = useMutation(StartBacktest)
  const [problems, setProblems] = useState(NO_PROBLEMS)
  const lastTry = useRef({ content: '', key: '' })

  // The same input sent again after a lost answer carries the same key, so that it starts one run only.
  const keyFor = (input: object): string => {
    const content = JSON.stringify(input)
    if (lastTry.current.content !== content) lastTry.current = { content, key: newKey() }
    return lastTry.current.key
  }

  const start = async (draft: BacktestDraft, context: Context): Promise<string | undefined> => {
    const read = readDraft(draft, context)
    if ('mistakes' in read) {
      setProblems({ fields: read.mistakes, form: [] })
      return undefined
    }
    setProblems(NO_PROBLEMS)
    const { data, error } = await run({ input: { ...read.input, idempotencyKey: keyFor(read.input) } })
    const answer = data?.startBacktest
    if (error || !answer) {
      setProblems({ fields: {}, form: error ? [describeError(error)] : [] })
      return undefined
    }
    switch (answer.__typename) {
      case 'Backtest':
        lastTry.current = { content: '', key: '' }
        return answer.id
      case 'NotFoundProblem':
      case 'InvalidInputProblem':
      case 'ConflictProblem':
        setProblems(placeProblems([answer], FIELDS))
        return undefined
      default:
        return answer satisfies never
    }
  }

  return { busy: fetching, problems, start }
}
