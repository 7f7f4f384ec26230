/** Says that an alert was seen. */
import { useState } from 'react'
import { useMutation } from 'urql'
import { Button } from '@/components/Button'
import { describeError, ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'

const AcknowledgeAlert = graphql(
  `
    mutation AcknowledgeAlert($id: ID!) {
      acknowledgeAlert(input: { id: $id }) {
        __typename
        ... on Alert {
          id
          acknowledgedAt
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

interface AcknowledgeButtonProps {
  id: string
  message: string
  onDone?: () => void
}

export function AcknowledgeButton({ id, message, onDone }: AcknowledgeButtonProps) {
  const [{ fetching }, acknowledge] = useMutation(AcknowledgeAlert)
  const [problem, setProblem] = useState<string>()

  const onPress = async () => {
    const { data, error } = await acknowledge({ id })
    const answer = data?.acknowledgeAlert
    if (error) return setProblem(describeError(error))
    if (!answer) return
    switch (answer.__typename) {
      case 'Alert':
        setProblem(undefined)
        return onDone?.()
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
        size="small"
        busy={fetching}
        aria-label={`Acknowledge: ${message}`}
        onClick={() => void onPress()}
      >
        Acknowledge
      </Button>
      {problem && (
        <p role="alert" className="text-sm text-loss">
          {problem}
        </p>
      )}
    </div>
  )
}
