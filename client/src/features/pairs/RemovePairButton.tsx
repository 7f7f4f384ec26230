/** Forgets a pair, after asking. */
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useMutation } from 'urql'
import { Button } from '@/components/Button'
import { describeError, ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'

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
  const [{ fetching }, remove] = useMutation(RemovePair)
  const [problem, setProblem] = useState<string>()

  const onRemove = async () => {
    if (!window.confirm(`Forget ${name}, with all its backtests?`)) return
    const { data, error } = await remove({ id })
    const answer = data?.removePair
    if (error) return setProblem(describeError(error))
    if (!answer) return
    switch (answer.__typename) {
      case 'Pair':
        return navigate({ to: '/pairs' })
      case 'NotFoundProblem':
      case 'InvalidInputProblem':
        return setProblem(answer.message)
      default:
        return answer satisfies never
    }
  }

  return (
    <div>
      <Button look="quiet" size="small" busy={fetching} onClick={() => void onRemove()}>
        Forget this pair
      </Button>
      {problem && (
        <p role="alert" className="text-sm text-loss">
          {problem}
        </p>
      )}
    </div>
  )
}
