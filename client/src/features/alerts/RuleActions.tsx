/** Makes a rule silent or active again, or removes it. */
import { useState } from 'react'
import { useMutation } from 'urql'
import { Button } from '@/components/Button'
import { outcomeOf, ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { classes } from '@/lib/classes'

const UpdateAlertRule = graphql(
  `
    mutation UpdateAlertRule($id: ID!, $enabled: Boolean!) {
      updateAlertRule(input: { id: $id, enabled: $enabled }) {
        __typename
        ... on AlertRule {
          id
          enabled
          armed
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

const RemoveAlertRule = graphql(
  `
    mutation RemoveAlertRule($id: ID!) {
      removeAlertRule(input: { id: $id }) {
        __typename
        ... on AlertRule {
          id
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

interface RuleActionsProps {
  id: string
  name: string
  enabled: boolean
}

export function RuleActions({ id, name, enabled }: RuleActionsProps) {
  const [updating, update] = useMutation(UpdateAlertRule)
  const [removing, remove] = useMutation(RemoveAlertRule)
  const [problem, setProblem] = useState<string>()

  const onSwitch = async () => {
    const { data, error } = await update({ id, enabled: !enabled })
    setProblem(outcomeOf(data?.updateAlertRule, error).problem?.message)
  }
  const onRemove = async () => {
    if (!window.confirm(`Remove the rule “${name}”? What it has raised stays.`)) return
    const { data, error } = await remove({ id })
    setProblem(outcomeOf(data?.removeAlertRule, error).problem?.message)
  }

  return (
    <div>
      <div className="flex justify-end gap-1">
        <Button
          size="small"
          role="switch"
          aria-checked={enabled}
          aria-label={`Rule ${name}`}
          busy={updating.fetching}
          onClick={() => void onSwitch()}
        >
          <span
            aria-hidden="true"
            className={classes(
              'flex h-3.5 w-6 rounded-full p-0.5',
              enabled ? 'justify-end bg-accent' : 'bg-line-strong',
            )}
          >
            <span className="size-2.5 rounded-full bg-surface" />
          </span>
          {enabled ? 'On' : 'Off'}
        </Button>
        <Button
          look="quiet"
          size="small"
          aria-label={`Remove ${name}`}
          busy={removing.fetching}
          onClick={() => void onRemove()}
        >
          Remove
        </Button>
      </div>
      {problem && (
        <p role="alert" className="text-sm whitespace-normal text-loss">
          {problem}
        </p>
      )}
    </div>
  )
}
