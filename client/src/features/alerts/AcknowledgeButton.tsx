/** Says that an alert was seen. */
import { ActionButton } from '@/components/ActionButton'
import { ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { useAction } from '@/graphql/useAction'

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
  const { busy, problem, run } = useAction(AcknowledgeAlert, (data) => data.acknowledgeAlert)
  const onPress = async () => {
    if (await run({ id })) onDone?.()
  }
  return (
    <ActionButton
      busy={busy}
      problem={problem}
      aria-label={`Acknowledge: ${message}`}
      onClick={() => void onPress()}
    >
      Acknowledge
    </ActionButton>
  )
}
