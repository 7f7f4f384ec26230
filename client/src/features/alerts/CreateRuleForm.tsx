/** Makes an alert rule on a watched pair. */
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/Button'
import { EmptyState } from '@/components/EmptyState'
import { SelectField, TextField } from '@/components/Field'
import { Problems } from '@/components/Problems'
import type { Timeframe } from '@/features/live/liveWords'
import { ALERT_KINDS, KINDS, ruleMeaning } from './alertWords'
import { type RuleDraft, readRuleDraft, ruleDraft, usualName, withKind } from './ruleDraft'
import { SecretNotice } from './SecretNotice'
import { type CreatedRule, useRuleCreation } from './useRuleCreation'

/** A watched pair that a rule may look at. */
export interface Watched {
  pairId: string
  name: string
  falseAlarmBars: number
  timeframe: Timeframe
}

const SIDES = [
  { value: 'ABOVE', label: 'rises above' },
  { value: 'BELOW', label: 'falls below' },
] as const

const KIND_OPTIONS = ALERT_KINDS.map((value) => ({ value, label: KINDS[value].label }))

interface FieldsProps {
  draft: RuleDraft
  problems: Readonly<Record<string, string>>
  onDraft: (draft: RuleDraft) => void
}

function Condition({ draft, problems, onDraft }: FieldsProps) {
  const { threshold } = KINDS[draft.kind]
  return (
    <>
      <SelectField
        label="Look at"
        value={draft.kind}
        options={KIND_OPTIONS}
        problem={problems['kind']}
        onValue={(kind) => onDraft(withKind(draft, kind))}
      />
      {draft.kind === 'Z_SCORE' && (
        <SelectField
          label="When |z|"
          value={draft.side}
          options={SIDES}
          problem={problems['side']}
          onValue={(side) => onDraft({ ...draft, side })}
        />
      )}
      {threshold && (
        <TextField
          label={`Threshold, ${threshold.label.toLowerCase()}`}
          {...(threshold.suffix ? { suffix: threshold.suffix } : {})}
          inputMode="decimal"
          autoComplete="off"
          required
          value={draft.threshold}
          problem={problems['threshold']}
          onText={(text) => onDraft({ ...draft, threshold: text })}
        />
      )}
    </>
  )
}

function Further({ draft, problems, onDraft }: FieldsProps) {
  return (
    <div className="grid items-start gap-3 pt-3 md:grid-cols-2">
      <TextField
        label="Margin"
        hint="How far the figure must leave the threshold before it may raise again; empty: a tenth of it"
        inputMode="decimal"
        autoComplete="off"
        value={draft.margin}
        problem={problems['margin']}
        onText={(margin) => onDraft({ ...draft, margin })}
      />
      <TextField
        label="Webhook"
        hint="Each alert is also POSTed to this address of the public internet, signed with a secret that is shown once"
        type="url"
        autoComplete="off"
        placeholder="https://…"
        value={draft.webhookUrl}
        problem={problems['webhookUrl']}
        onText={(webhookUrl) => onDraft({ ...draft, webhookUrl })}
      />
    </div>
  )
}

export function CreateRuleForm({ watched, pair }: { watched: readonly Watched[]; pair: string | undefined }) {
  const [typed, setDraft] = useState(() => ruleDraft(pair ?? ''))
  const [made, setMade] = useState<CreatedRule>()
  const [open, setOpen] = useState(false)
  const { busy, problems, refuse, submit } = useRuleCreation()
  const chosen = watched.find(({ pairId }) => pairId === typed.pairId) ?? watched[0]
  if (!chosen)
    return (
      <EmptyState title="Rules look at watched pairs">
        <Link to="/live" className="font-medium text-accent hover:underline">
          Watch a pair
        </Link>{' '}
        first.
      </EmptyState>
    )
  const draft = { ...typed, pairId: chosen.pairId }

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    setMade(undefined)
    const read = readRuleDraft(draft, chosen.name)
    if ('mistakes' in read) return refuse(read.mistakes)
    const created = await submit(read.input)
    if (!created) return
    setMade(created)
    setDraft(ruleDraft(chosen.pairId))
  }

  const fields = { draft, problems: problems.fields, onDraft: setDraft }
  const furtherWrong = ['margin', 'webhookUrl'].some((name) => problems.fields[name])
  return (
    <form noValidate aria-label="New rule" onSubmit={(event) => void onSubmit(event)} className="grid gap-4">
      <div className="grid items-start gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <SelectField
          label="Pair"
          value={draft.pairId}
          options={watched.map(({ pairId, name }) => ({ value: pairId, label: name }))}
          problem={problems.fields['pairId']}
          onValue={(pairId) => setDraft({ ...draft, pairId })}
        />
        <Condition {...fields} />
      </div>
      <p className="max-w-prose text-sm text-muted">{ruleMeaning(draft.kind, chosen)}</p>
      <TextField
        className="max-w-md"
        label="Name"
        autoComplete="off"
        maxLength={100}
        placeholder={usualName(draft, chosen.name)}
        value={draft.name}
        problem={problems.fields['name']}
        onText={(name) => setDraft({ ...draft, name })}
      />
      <details open={open || furtherWrong} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="w-fit text-sm font-semibold text-accent">Margin and webhook</summary>
        <Further {...fields} />
      </details>
      <Problems messages={problems.form} />
      <Button type="submit" look="primary" busy={busy} className="w-full sm:w-fit">
        Create rule
      </Button>
      {made && <SecretNotice made={made} onDone={() => setMade(undefined)} />}
    </form>
  )
}
