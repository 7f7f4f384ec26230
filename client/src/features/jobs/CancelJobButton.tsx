/** Asks a running job to stop. */
import { ActionButton } from '@/components/ActionButton'
import { ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { useAction } from '@/graphql/useAction'

const CancelJob = graphql(
  `
    mutation CancelJob($id: ID!) {
      cancelJob(input: { id: $id }) {
        __typename
        ... on Job {
          id
          state
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

export function CancelJobButton({ id, stopping }: { id: string; stopping: boolean }) {
  const { busy, problem, run } = useAction(CancelJob, (data) => data.cancelJob)
  return (
    <ActionButton
      look="danger"
      busy={busy}
      disabled={stopping}
      problem={problem}
      onClick={() => void run({ id })}
    >
      {stopping ? 'Stopping…' : 'Cancel'}
    </ActionButton>
  )
}
