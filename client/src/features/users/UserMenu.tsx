/** Who is signed in, and the way out. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Button } from '@/components/Button'
import { signOut } from '@/graphql/session'
import { graphql } from '@/graphql/tada'

export const UserMenuFields = graphql(`
  fragment UserMenuFields on User {
    id
    name
    role
  }
`)

export function UserMenu({ user }: { user: FragmentOf<typeof UserMenuFields> }) {
  const { name, role } = readFragment(UserMenuFields, user)
  return (
    <div className="flex items-center gap-1 text-sm">
      <span className="text-muted" title={`Role: ${role.toLowerCase()}`}>
        {name}
      </span>
      <Button look="quiet" size="small" onClick={() => void signOut()}>
        Sign out
      </Button>
    </div>
  )
}
