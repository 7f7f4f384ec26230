/** The groups of fields of the form that starts a sweep. */
import { TextField } from '@/components/Field'
import { HEDGE_METHODS } from '@/features/pairs/hedgeMethods'
import type { SweepDraft } from './sweepDraft'

export interface SweepFieldsProps {
  draft: SweepDraft
  problems: Readonly<Record<string, string>>
  onDraft: (change: Partial<SweepDraft>) => void
}

type TextName = Exclude<keyof SweepDraft, 'hedge'>

interface ListFieldProps extends SweepFieldsProps {
  name: TextName
  label: string
  hint?: string
  suffix?: string
}

function ListField({ draft, problems, onDraft, name, ...rest }: ListFieldProps) {
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

function HedgeField({ draft, problems, onDraft }: SweepFieldsProps) {
  const problem = problems['hedge']
  return (
    <fieldset aria-describedby={problem ? 'sweep-hedge-problem' : undefined} className="min-w-0">
      <legend className="mb-1 text-sm font-medium">Hedge ratios by</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {HEDGE_METHODS.map(({ value, label, meaning }) => (
          <label
            key={value}
            title={meaning}
            className="inline-flex min-h-8 cursor-pointer items-center gap-2"
          >
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={draft.hedge.includes(value)}
              onChange={({ target }) =>
                onDraft({
                  hedge: target.checked
                    ? [...draft.hedge, value]
                    : draft.hedge.filter((method) => method !== value),
                })
              }
            />
            {label}
          </label>
        ))}
      </div>
      {problem && (
        <p id="sweep-hedge-problem" role="alert" className="mt-1 text-sm text-loss">
          {problem}
        </p>
      )}
    </fieldset>
  )
}

export function AxisFields(props: SweepFieldsProps) {
  return (
    <div className="grid gap-4">
      <div className="grid items-start gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <ListField {...props} name="entry" label="Enter at |z| above" hint="“1, 2” or “1 to 3 by 0.25”" />
        <ListField {...props} name="exit" label="Leave at |z| below" hint="Below the entry" />
        <ListField
          {...props}
          name="window"
          label="z-score windows, bars"
          hint="“formation” is that period’s"
        />
        <ListField {...props} name="costBps" label="Costs, bps" hint="Commission and slippage together" />
      </div>
      <HedgeField {...props} />
    </div>
  )
}

export function AdvancedFields(props: SweepFieldsProps) {
  return (
    <div className="grid grid-cols-2 items-start gap-3 lg:grid-cols-6">
      <ListField {...props} name="stop" label="Give up at |z| above" hint="“none”, or above the entry" />
      <ListField {...props} name="maxHold" label="Give up after" hint="“none”, or bars" />
      <ListField {...props} name="gross" label="Gross exposure" suffix="×" />
      <ListField {...props} name="capital" label="Starting capital" />
      <ListField {...props} name="sample" label="Draw a sample of" hint="Empty: run all" />
      <ListField {...props} name="seed" label="Seed" hint="Of sample and simulation" />
    </div>
  )
}
