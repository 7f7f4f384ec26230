/** Follows a pair no more. */
import { ActionButton } from '@/components/ActionButton'
import { ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { useAction } from '@/graphql/useAction'

const UnwatchPair = graphql(
  `
    mutation UnwatchPair($id: ID!) {
      unwatchPair(input: { pairId: $id }) {
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

export function UnwatchButton({ pairId, name }: { pairId: string; name: string }) {
  const { busy, problem, run } = useAction(UnwatchPair, (data) => data.unwatchPair)
  return (
    <ActionButton
      look="quiet"
      busy={busy}
      problem={problem}
      aria-label={`Stop watching ${name}`}
      onClick={() => void run({ id: pairId })}
    >
      Stop watching
    </ActionButton>
  )
}
