/** The groups of fields of the form that starts a sweep. */
import { DraftField, type DraftProps } from '@/components/DraftFields'
import { HEDGE_METHODS } from '@/features/pairs/hedgeMethods'
import type { SweepDraft } from './sweepDraft'

type FieldsProps = DraftProps<SweepDraft>

function HedgeField({ draft, problems, onDraft }: FieldsProps) {
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

export function AxisFields(props: FieldsProps) {
  return (
    <div className="grid gap-4">
      <div className="grid items-start gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <DraftField {...props} name="entry" label="Enter at |z| above" hint="“1, 2” or “1 to 3 by 0.25”" />
        <DraftField {...props} name="exit" label="Leave at |z| below" hint="Below the entry" />
        <DraftField
          {...props}
          name="window"
          label="z-score windows, bars"
          hint="“formation” is that period’s"
        />
        <DraftField {...props} name="costBps" label="Costs, bps" hint="Commission and slippage together" />
      </div>
      <HedgeField {...props} />
    </div>
  )
}

export function AdvancedFields(props: FieldsProps) {
  return (
    <div className="grid grid-cols-2 items-start gap-3 lg:grid-cols-6">
      <DraftField {...props} name="stop" label="Give up at |z| above" hint="“none”, or above the entry" />
      <DraftField {...props} name="maxHold" label="Give up after" hint="“none”, or bars" />
      <DraftField {...props} name="gross" label="Gross exposure" suffix="×" />
      <DraftField {...props} name="capital" label="Starting capital" />
      <DraftField {...props} name="sample" label="Draw a sample of" hint="Empty: run all" />
      <DraftField {...props} name="seed" label="Seed" hint="Of sample and simulation" />
    </div>
  )
}
