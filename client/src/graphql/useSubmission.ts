/** Sends what a form says by a mutation, and says where a refusal belongs. */
import { useState } from 'react'
import { type TypedDocumentNode, useMutation } from 'urql'
import { NO_PROBLEMS, type PlacedProblems, placeProblems } from '@/lib/problems'
import { outcomeOf, type RowOf, wasLost } from './problems'

interface Submission<Input, Row> {
  busy: boolean
  problems: PlacedProblems
  /** Say why there was no request at all, by field. */
  refuse: (mistakes: Readonly<Record<string, string>>) => undefined
  /** Answers with the row, or undefined after a refusal. */
  submit: (input: Input) => Promise<Row | undefined>
}

export function useSubmission<Data, Input, Answer extends object>(
  mutation: TypedDocumentNode<Data, { input: Input }>,
  answerOf: (data: Data) => Answer,
  /** Names of the form's fields, as problems' paths name them. */
  fields: readonly string[],
  /** What to know before sending it again, where nobody can say whether it arrived. */
  afterLoss = 'It may have arrived all the same: look before you send it again.',
): Submission<Input, RowOf<Answer>> {
  const [{ fetching }, send] = useMutation(mutation)
  const [problems, setProblems] = useState(NO_PROBLEMS)
  const refuse = (mistakes: Readonly<Record<string, string>>): undefined => {
    setProblems({ fields: mistakes, form: [] })
  }
  const submit = async (input: Input) => {
    setProblems(NO_PROBLEMS)
    const { data, error } = await send({ input })
    const { row, problem } = outcomeOf(data && answerOf(data), error)
    if (problem && wasLost(error)) setProblems({ fields: {}, form: [`${problem.message} ${afterLoss}`] })
    else if (problem) setProblems(placeProblems([problem], fields))
    return row
  }
  return { busy: fetching, problems, refuse, submit }
}
