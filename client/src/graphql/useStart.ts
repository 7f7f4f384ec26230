/** Starts long work by a mutation, once however often it is sent, and says where a refusal belongs. */
import { useRef } from 'react'
import type { TypedDocumentNode } from 'urql'
import { newKey } from '@/lib/draft'
import type { PlacedProblems, Problem } from '@/lib/problems'
import { useSubmission } from './useSubmission'

/** What a form says: the input, or what cannot be read, by field. */
export type Read<Input> = { input: Input } | { mistakes: Readonly<Record<string, string>> }

/** The row that was made, or why there is none: every member of such a union is one of the two. */
type Answer = { id: string } | Problem

interface Keyed {
  idempotencyKey?: string | null | undefined
}

const AFTER_LOSS = 'You can press again without starting it twice.'

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
  const { busy, problems, refuse, submit } = useSubmission(mutation, answerOf, fields, AFTER_LOSS)
  const lastTry = useRef({ content: '', key: '' })

  // The same input sent again after a lost answer carries the same key, so that it starts one run only.
  const keyFor = (input: object): string => {
    const content = JSON.stringify(input)
    if (lastTry.current.content !== content) lastTry.current = { content, key: newKey() }
    return lastTry.current.key
  }
  const start = async (read: Read<Input>): Promise<string | undefined> => {
    if ('mistakes' in read) return refuse(read.mistakes)
    const { input } = read
    const row = await submit({ ...input, idempotencyKey: input.idempotencyKey ?? keyFor(input) })
    if (row) lastTry.current = { content: '', key: '' }
    return row?.id
  }

  return { busy, problems, start }
}
