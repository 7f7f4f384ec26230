/** Asks a running job to stop. */
import { useState } from 'react'
import { useMutation } from 'urql'
import { Button } from '@/components/Button'
import { describeError, ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'

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
  const [{ fetching }, cancel] = useMutation(CancelJob)
  const [problem, setProblem] = useState<string>()

  const onCancel = async () => {
    const { data, error } = await cancel({ id })
    const answer = data?.cancelJob
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
      <Button look="danger" size="small" busy={fetching} disabled={stopping} onClick={() => void onCancel()}>
        {stopping ? 'Stopping…' : 'Cancel'}
      </Button>
      {problem && (
        <p role="alert" className="mt-1 text-sm text-loss">
          {problem}
        </p>
      )}
    </div>
  )
}
