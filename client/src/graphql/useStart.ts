/** Starts long work by a mutation, once however often it is sent, and says where a refusal belongs. */
import { useRef, useState } from 'react'
import { type CombinedError, type TypedDocumentNode, useMutation } from 'urql'
import { newKey } from '@/lib/draft'
import { NO_PROBLEMS, type PlacedProblems, type Problem, placeProblems } from '@/lib/problems'
import { describeError } from './problems'

/** What a form says: the input, or what cannot be read, by field. */
export type Read<Input> = { input: Input } | { mistakes: Readonly<Record<string, string>> }

/** The row that was made, or why there is none: every member of such a union is one of the two. */
type Answer = { id: string } | Problem

interface Keyed {
  idempotencyKey?: string | null | undefined
}

export interface Start<Input> {
  busy: boolean
  problems: PlacedProblems
  /** Answers with the new row's id, or undefined after a refusal. */
  start: (read: Read<Input>) => Promise<string | undefined>
}

export function useStart<Data, Input extends Keyed>(
  mutation: TypedDocumentNode<Data, { input: Input }>,
  answerOf: (data: Data) => Answer,
  /** Names of the form's fields, as problems' paths name them. */
  fields: readonly string[],
): Start<Input> {
  const [{ fetching }, run] = useMutation(mutation)
  const [problems, setProblems] = useState(NO_PROBLEMS)
  const lastTry = useRef({ content: '', key: '' })

  // The same input sent again after a lost answer carries the same key, so that it starts one run only.
  const keyFor = (input: object): string => {
    const content = JSON.stringify(input)
    if (lastTry.current.content !== content) lastTry.current = { content, key: newKey() }
    return lastTry.current.key
  }
  const refuse = (refused: PlacedProblems): undefined => {
    setProblems(refused)
  }

  const start = async (read: Read<Input>): Promise<string | undefined> => {
    if ('mistakes' in read) return refuse({ fields: read.mistakes, form: [] })
    setProblems(NO_PROBLEMS)
    const { input } = read
    const idempotencyKey = input.idempotencyKey ?? keyFor(input)
    const { data, error } = await run({ input: { ...input, idempotencyKey } })
    if (error || !data) return refuse({ fields: {}, form: describeFailure(error) })
    const answer = answerOf(data)
    if (!('id' in answer)) return refuse(placeProblems([answer], fields))
    lastTry.current = { content: '', key: '' }
    return answer.id
  }

  return { busy: fetching, problems, start }
}

const describeFailure = (error: CombinedError | undefined): string[] => (error ? [describeError(error)] : [])
