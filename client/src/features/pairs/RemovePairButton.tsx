/** Forgets a pair, after asking. */
import { useNavigate } from '@tanstack/react-router'
import { ActionButton } from '@/components/ActionButton'
import { ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { useAction } from '@/graphql/useAction'

const RemovePair = graphql(
  `
    mutation RemovePair($id: ID!) {
      removePair(input: { id: $id }) {
        __typename
        ... on Pair {
          id
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

export function RemovePairButton({ id, name }: { id: string; name: string }) {
  const navigate = useNavigate()
  const { busy, problem, run } = useAction(RemovePair, (data) => data.removePair)
  const onRemove = async () => {
    if (!window.confirm(`Forget ${name}, with all its backtests?`)) return
    if (await run({ id })) await navigate({ to: '/pairs' })
  }
  return (
    <ActionButton look="quiet" busy={busy} problem={problem} onClick={() => void onRemove()}>
      Forget this pair
    </ActionButton>
  )
}
