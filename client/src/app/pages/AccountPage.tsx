/** Who one is here, and how one signs in, or one’s programs do. */
import { useQuery } from 'urql'
import { Failure } from '@/components/Failure'
import { PageHeader } from '@/components/PageHeader'
import { SkeletonRows } from '@/components/Skeleton'
import { PasswordCard, PasswordFields } from '@/features/users/PasswordCard'
import { TokenFields, TokensCard } from '@/features/users/TokensCard'
import { describeError } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'

const Account = graphql(
  `
    query Account {
      viewer {
        id
        name
        role
      }
      passwordState {
        ...PasswordFields
      }
      accessTokens {
        id
        ...TokenFields
      }
    }
  `,
  [PasswordFields, TokenFields],
)

const ROLES = {
  VIEWER: 'a viewer',
  RESEARCHER: 'a researcher',
  ADMIN: 'an administrator',
} as const

export function AccountPage() {
  // What a change takes depends on the hour.
  const [{ data, error }, ask] = useQuery({ query: Account, requestPolicy: 'cache-and-network' })
  return (
    <>
      <PageHeader
        title="Account"
        description={
          data
            ? `You are ${data.viewer.name}, with the role of ${ROLES[data.viewer.role]}.`
            : 'Who you are here.'
        }
      />
      {error && !data && (
        <Failure
          title="Your account cannot be shown"
          message={describeError(error)}
          onRetry={() => ask({ requestPolicy: 'network-only' })}
        />
      )}
      {data ? (
        <div className="grid gap-6">
          <PasswordCard user={data.viewer.name} state={data.passwordState} />
          <TokensCard tokens={data.accessTokens} />
        </div>
      ) : (
        !error && <SkeletonRows />
      )}
    </>
  )
}
