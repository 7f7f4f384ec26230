/** Queues a job again that failed or was cancelled. */
import { useState } from 'react'
import { useMutation } from 'urql'
import { Button } from '@/components/Button'
import { describeError, ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'

const RetryJob = graphql(
  `
    mutation RetryJob($id: ID!) {
      retryJob(input: { id: $id }) {
        __typename
        ... on Job {
          id
          state
          finishedAt
          progress {
            done
            total
            fraction
            message
            etaSeconds
          }
          error {
            code
            message
          }
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

export function RetryJobButton({ id }: { id: string }) {
  const [{ fetching }, retry] = useMutation(RetryJob)
  const [problem, setProblem] = useState<string>()

  const onRetry = async () => {
    const { data, error } = await retry({ id })
    const answer = data?.retryJob
    if (error) return setProblem(describeError(error))
    if (!answer) return
    switch (answer.__typename) {
      case 'Job':
        return setProblem(undefined)
      case 'NotFoundProblem':
      case 'InvalidInputProblem':
      case 'ConflictProblem':
        return setProblem(answer.message)
      default:
        return answer satisfies never
    }
  }

  return (
    <div>
      <Button size="small" busy={fetching} onClick={() => void onRetry()}>
        Run again
      </Button>
      {problem && (
        <p role="alert" className="mt-1 text-sm whitespace-normal text-loss">
          {problem}
        </p>
      )}
    </div>
  )
}
