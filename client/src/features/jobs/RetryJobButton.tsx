/** Queues a job again that failed or was cancelled. */
import { ActionButton } from '@/components/ActionButton'
import { ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { useAction } from '@/graphql/useAction'
import { JobProgressFields } from './JobProgress'

const RetryJob = graphql(
  `
    mutation RetryJob($id: ID!) {
      retryJob(input: { id: $id }) {
        __typename
        ... on Job {
          id
          state
          finishedAt
          ...JobProgressFields
        }
        ...ProblemFields
      }
    }
  `,
  [JobProgressFields, ProblemFields],
)

export function RetryJobButton({ id }: { id: string }) {
  const { busy, problem, run } = useAction(RetryJob, (data) => data.retryJob)
  return (
    <ActionButton busy={busy} problem={problem} onClick={() => void run({ id })}>
      Run again
    </ActionButton>
  )
}
