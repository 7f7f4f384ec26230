/** Ends an access token after asking. */
import { ActionButton } from '@/components/ActionButton'
import { ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { useAction } from '@/graphql/useAction'

const RevokeAccessToken = graphql(
  `
    mutation RevokeAccessToken($id: ID!) {
      revokeAccessToken(input: { id: $id }) {
        __typename
        ... on AccessToken {
          id
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

export function RevokeTokenButton({ id, name }: { id: string; name: string }) {
  const { busy, problem, run } = useAction(RevokeAccessToken, (data) => data.revokeAccessToken)
  const onRevoke = () => {
    if (window.confirm(`Revoke the token “${name}”? What uses it is cut off at once, for good.`))
      void run({ id })
  }
  return (
    <ActionButton
      look="danger"
      aria-label={`Revoke ${name}`}
      busy={busy}
      problem={problem}
      onClick={onRevoke}
    >
      Revoke
    </ActionButton>
  )
}
