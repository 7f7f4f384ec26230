/** Follows a pair no more. */
import { useState } from 'react'
import { useMutation } from 'urql'
import { Button } from '@/components/Button'
import { describeError, ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'

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
  const [{ fetching }, unwatch] = useMutation(UnwatchPair)
  const [problem, setProblem] = useState<string>()

  const onPress = async () => {
    const { data, error } = await unwatch({ id: pairId })
    const answer = data?.unwatchPair
    if (error) return setProblem(describeError(error))
    if (!answer) return
    switch (answer.__typename) {
      case 'Pair':
        return setProblem(undefined)
      case 'NotFoundProblem':
      case 'InvalidInputProblem':
        return setProblem(answer.message)
      default:
        return answer satisfies never
    }
  }

  return (
    <div>
      <Button
        look="quiet"
        size="small"
        busy={fetching}
        aria-label={`Stop watching ${name}`}
        onClick={() => void onPress()}
      >
        Stop watching
      </Button>
      {problem && (
        <p role="alert" className="text-sm text-loss">
          {problem}
        </p>
      )}
    </div>
  )
}
