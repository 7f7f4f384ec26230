/** A split or a dividend as it is typed. */
import type { graphql } from '@/graphql/tada'

type ActionInput = ReturnType<typeof graphql.scalar<'CorporateActionInput'>>

export interface ActionDraft {
  kind: ActionInput['kind']
  /** A day, as date fields write it. */
  exDate: string
  value: string
}

export const NEW_ACTION: ActionDraft = { kind: 'DIVIDEND', exDate: '', value: '' }

/** "4:1", "4/1" and "4 for 1" are four; NaN where there is no number. */
function splitRatio(text: string): number {
  const [fresh = '', old = '1', ...more] = text.split(/:|\/|for/)
  return more.length > 0 ? Number.NaN : plainNumber(fresh) / plainNumber(old)
}

const plainNumber = (text: string): number =>
  /^(\d+\.?\d*|\.\d+)$/.test(text.trim()) ? Number(text) : Number.NaN

/** The draft as the graph takes it, or what is wrong with its number. */
export function readAction({
  kind,
  exDate,
  value,
}: ActionDraft): { action: ActionInput } | { mistake: string } {
  const read = kind === 'SPLIT' ? splitRatio(value) : plainNumber(value)
  if (Number.isFinite(read)) return { action: { kind, exDate, value: read } }
  return { mistake: kind === 'SPLIT' ? 'Write 4 or 4:1 for four new shares in place of one.' : 'Write 0.24.' }
}
