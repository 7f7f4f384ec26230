/** One's own password: set it, change it, or learn what it takes. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Card } from '@/components/Card'
import { Notice } from '@/components/Notice'
import { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { PasswordForm } from './PasswordForm'

export const PasswordFields = graphql(`
  fragment PasswordFields on PasswordState {
    isSet
    changedAt
    proof
  }
`)

const command = 'rounded bg-raised px-1.5 py-0.5 font-mono text-sm'

/** A name as a shell takes it. */
const word = (name: string): string => (/^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`)

function NewLinkNeeded({ user }: { user: string }) {
  return (
    <Notice title="Choosing a password takes a fresh sign-in">
      On the machine TITAN runs on, print a link with{' '}
      <code className={command}>./titan user link {word(user)}</code>, open it in this browser, and come back
      here within 15 minutes.
    </Notice>
  )
}

export function PasswordCard({ user, state }: { user: string; state: FragmentOf<typeof PasswordFields> }) {
  const { isSet, changedAt, proof } = readFragment(PasswordFields, state)
  return (
    <Card
      title="Password"
      hint={
        isSet
          ? `Set on ${formatDay(changedAt)}. Changing it ends your sessions in other browsers; access tokens stay.`
          : 'You have none: you sign in by links. With a password you can also sign in by name.'
      }
    >
      {proof === 'NEW_LINK_NEEDED' ? (
        <NewLinkNeeded user={user} />
      ) : (
        <PasswordForm user={user} isSet={isSet} asksPresent={proof === 'PRESENT_PASSWORD'} />
      )}
    </Card>
  )
}
