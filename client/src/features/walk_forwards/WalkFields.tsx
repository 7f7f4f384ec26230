/** The groups of fields of the form that starts a walk-forward. */
import { Button } from '@/components/Button'
import { ChoiceField, DraftField, type DraftProps } from '@/components/DraftFields'
import { TextField } from '@/components/Field'
import { SkeletonRows } from '@/components/Skeleton'
import { formationPresets } from '@/lib/formations'
import type { Period } from '@/lib/periods'
import type { WalkDraft } from './walkDraft'

type FieldsProps = DraftProps<WalkDraft>

interface PeriodFieldProps extends FieldsProps {
  history: Period | null
  loading: boolean
}

/** The whole stretch to walk through. */
export function WholePeriodFields({ draft, problems, onDraft, history, loading }: PeriodFieldProps) {
  const { period } = draft
  if (!history || !period) return loading ? <SkeletonRows rows={2} label="Loading the history…" /> : null
  return (
    <div className="grid gap-3">
      <fieldset className="flex flex-wrap gap-2">
        <legend className="sr-only">Suggested periods</legend>
        {formationPresets(history)
          .toReversed()
          .map(({ label, period: suggested }) => {
            const same = suggested.start === period.start && suggested.end === period.end
            return (
              <Button
                key={label}
                size="small"
                look={same ? 'primary' : 'secondary'}
                aria-pressed={same}
                onClick={() => onDraft({ period: suggested })}
              >
                {label}
              </Button>
            )
          })}
      </fieldset>
      <div className="grid grid-cols-2 items-start gap-3 lg:grid-cols-4">
        <TextField
          type="date"
          label="Walk from"
          required
          value={period.start}
          problem={problems['period']}
          onText={(start) => start && onDraft({ period: { ...period, start } })}
        />
        <TextField
          type="date"
          label="until before"
          required
          value={period.end}
          onText={(end) => end && onDraft({ period: { ...period, end } })}
        />
      </div>
    </div>
  )
}

export function StepFields(props: FieldsProps) {
  return (
    <div className="grid grid-cols-2 items-start gap-3 lg:grid-cols-4">
      <DraftField {...props} name="formation" label="Choose on" suffix="bars" hint="252 are a year" />
      <DraftField {...props} name="trading" label="Trade for" suffix="bars" hint="21 are a month" />
      <ChoiceField
        {...props}
        name="anchored"
        label="Formation"
        options={[
          { value: 'ROLLING', label: 'Moves along' },
          { value: 'ANCHORED', label: 'Grows from the first bar' },
        ]}
      />
      <DraftField {...props} name="pairs" label="Pairs at a time" hint="With equal shares" />
      <DraftField {...props} name="entry" label="Enter at |z| above" hint="Values to choose from" />
      <DraftField {...props} name="exit" label="Leave at |z| below" hint="Values to choose from" />
    </div>
  )
}

export function AdvancedFields(props: FieldsProps) {
  return (
    <div className="grid grid-cols-2 items-start gap-3 lg:grid-cols-4">
      <DraftField {...props} name="stop" label="Give up at |z| above" hint="“none”, or values" />
      <DraftField {...props} name="maxHold" label="Give up after" hint="“none”, or bars" />
      <DraftField {...props} name="purge" label="Leave out between" suffix="bars" hint="After formation" />
      <DraftField {...props} name="level" label="Largest p of a pair" />
      <DraftField {...props} name="costBps" label="Costs" suffix="bps" />
      <SelectField
        label="Orders fill at"
        value={props.draft.fill}
        problem={props.problems['fill']}
        options={[
          { value: 'CLOSE', label: 'The next close' },
          { value: 'OPEN', label: 'The next open' },
        ]}
        hint={props.draft.fill === 'OPEN' ? 'Where a leg has no open, orders wait' : undefined}
        onValue={(fill) => props.onDraft({ fill })}
      />
      <DraftField {...props} name="gross" label="Gross exposure" suffix="×" />
      <DraftField {...props} name="capital" label="Starting capital" />
    </div>
  )
}
