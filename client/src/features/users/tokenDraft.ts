/** What a form for a new access token says, and how it is read. */
import type { Read } from '@/graphql/useStart'
import type { TokenInput } from './useTokenCreation'

export const NAME_MAX = 100
export const DAYS_MAX = 3650

export interface TokenDraft {
  name: string
  scope: TokenInput['scope']
  days: string
}

/** The least that is useful: who wants a token that writes says so. */
export const NEW_TOKEN: TokenDraft = { name: '', scope: 'READ', days: '90' }

export const SCOPES = [
  { value: 'READ', label: 'Read: queries and subscriptions' },
  { value: 'WRITE', label: 'Read and write: all that you may' },
] as const

/** The input, or what cannot be read, by field. */
export function readTokenDraft({ name, scope, days }: TokenDraft): Read<TokenInput> {
  const clean = name.trim()
  const expiresInDays = /^\d{1,9}$/.test(days.trim()) ? Number(days) : 0
  const mistakes = {
    ...(clean.length === 0 && { name: 'Give it a name that says what uses it.' }),
    ...([...clean].length > NAME_MAX && { name: `A name has at most ${NAME_MAX} characters.` }),
    ...((expiresInDays < 1 || expiresInDays > DAYS_MAX) && {
      expiresInDays: `A token works for 1 to ${DAYS_MAX} days.`,
    }),
  }
  return Object.keys(mistakes).length > 0 ? { mistakes } : { input: { name: clean, scope, expiresInDays } }
}
