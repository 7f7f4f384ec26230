/** Who is signed in, the way to their account, and the way out. */
import { Link } from '@tanstack/react-router'
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
      <Link
        to="/account"
        className="rounded-md px-2 py-1 text-muted hover:bg-raised hover:text-ink"
        title={`Your account; role: ${role.toLowerCase()}`}
      >
        {name}
      </Link>
      <Button look="quiet" size="small" onClick={() => void signOut()}>
        Sign out
      </Button>
    </div>
  )
}
