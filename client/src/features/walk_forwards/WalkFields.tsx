/** The groups of fields of the form that starts a walk-forward. */
import { Button } from '@/components/Button'
import { SelectField, TextField } from '@/components/Field'
import { SkeletonRows } from '@/components/Skeleton'
import { formationPresets } from '@/lib/formations'
import type { Period } from '@/lib/periods'
import type { WalkDraft } from './walkDraft'

export interface WalkFieldsProps {
  draft: WalkDraft
  problems: Readonly<Record<string, string>>
  onDraft: (change: Partial<WalkDraft>) => void
}

type TextName = Exclude<keyof WalkDraft, 'universe' | 'market' | 'symbols' | 'period' | 'anchored' | 'fill'>

interface WalkFieldProps extends WalkFieldsProps {
  name: TextName
  label: string
  hint?: string
  suffix?: string
}

function WalkField({ draft, problems, onDraft, name, ...rest }: WalkFieldProps) {
  return (
    <TextField
      {...rest}
      autoComplete="off"
      name={name}
      value={draft[name]}
      problem={problems[name]}
      onText={(text) => onDraft({ [name]: text })}
    />
  )
}

interface PeriodFieldProps extends WalkFieldsProps {
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

export function StepFields(props: WalkFieldsProps) {
  return (
    <div className="grid grid-cols-2 items-start gap-3 lg:grid-cols-4">
      <WalkField {...props} name="formation" label="Choose on" suffix="bars" hint="252 are a year" />
      <WalkField {...props} name="trading" label="Trade for" suffix="bars" hint="21 are a month" />
      <SelectField
        label="Formation"
        value={props.draft.anchored}
        options={[
          { value: 'ROLLING', label: 'Moves along' },
          { value: 'ANCHORED', label: 'Grows from the first bar' },
        ]}
        onValue={(anchored) => props.onDraft({ anchored })}
      />
      <WalkField {...props} name="pairs" label="Pairs at a time" hint="With equal shares" />
      <WalkField {...props} name="entry" label="Enter at |z| above" hint="Values to choose from" />
      <WalkField {...props} name="exit" label="Leave at |z| below" hint="Values to choose from" />
    </div>
  )
}

export function AdvancedFields(props: WalkFieldsProps) {
  return (
    <div className="grid grid-cols-2 items-start gap-3 lg:grid-cols-4">
      <WalkField {...props} name="stop" label="Give up at |z| above" hint="“none”, or values" />
      <WalkField {...props} name="maxHold" label="Give up after" hint="“none”, or bars" />
      <WalkField {...props} name="purge" label="Leave out between" suffix="bars" hint="After formation" />
      <WalkField {...props} name="level" label="Largest p of a pair" />
      <WalkField {...props} name="costBps" label="Costs" suffix="bps" />
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
      <WalkField {...props} name="gross" label="Gross exposure" suffix="×" />
      <WalkField {...props} name="capital" label="Starting capital" />
    </div>
  )
}
