/** Who one is here, and how one signs in. */
import { useQuery } from 'urql'
import { Failure } from '@/components/Failure'
import { PageHeader } from '@/components/PageHeader'
import { SkeletonRows } from '@/components/Skeleton'
import { PasswordCard, PasswordFields } from '@/features/users/PasswordCard'
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
    }
  `,
  [PasswordFields],
)

export function AccountPage() {
  // What a change takes depends on the hour.
  const [{ data, error }, ask] = useQuery({ query: Account, requestPolicy: 'cache-and-network' })
  return (
    <>
      <PageHeader
        title="Account"
        description={data ? `${data.viewer.name}, ${data.viewer.role.toLowerCase()}` : 'Who you are here.'}
      />
      {error && !data && (
        <Failure
          title="Your account cannot be shown"
          message={describeError(error)}
          onRetry={() => ask({ requestPolicy: 'network-only' })}
        />
      )}
      {data ? (
        <PasswordCard user={data.viewer.name} state={data.passwordState} />
      ) : (
        !error && <SkeletonRows />
      )}
    </>
  )
}
