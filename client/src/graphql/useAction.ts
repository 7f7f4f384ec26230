/** Runs a mutation by a press, and says in words why it was refused. */
import { useState } from 'react'
import { type AnyVariables, type TypedDocumentNode, useMutation } from 'urql'
import { outcomeOf, type RowOf } from './problems'

interface Action<Variables, Row> {
  busy: boolean
  problem: string | undefined
  /** Answers with the row, or undefined after a refusal. */
  run: (variables: Variables) => Promise<Row | undefined>
}

export function useAction<Data, Variables extends AnyVariables, Answer extends object>(
  mutation: TypedDocumentNode<Data, Variables>,
  answerOf: (data: Data) => Answer,
): Action<Variables, RowOf<Answer>> {
  const [{ fetching }, send] = useMutation(mutation)
  const [problem, setProblem] = useState<string>()
  const run = async (variables: Variables) => {
    const { data, error } = await send(variables)
    const outcome = outcomeOf(data && answerOf(data), error)
    setProblem(outcome.problem?.message)
    return outcome.row
  }
  return { busy: fetching, problem, run }
}
