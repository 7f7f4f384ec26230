/** The groups of fields of the form that starts a backtest. */
import type { ReactNode } from 'react'
import { SelectField, TextField } from '@/components/Field'
import { CampaignField } from '@/features/campaigns/CampaignField'
import type { BacktestDraft } from './backtestDraft'

export interface FieldsProps {
  draft: BacktestDraft
  problems: Readonly<Record<string, string>>
  currency: string
  onDraft: (change: Partial<BacktestDraft>) => void
}

type NumberName = Exclude<keyof BacktestDraft, 'zScore' | 'sizing' | 'fill' | 'campaignId'>

interface NumberFieldProps extends FieldsProps {
  name: NumberName
  label: string
  hint?: string
  suffix?: string
  optional?: boolean
}

function NumberField({
  draft,
  problems,
  currency: _,
  onDraft,
  name,
  optional = false,
  ...rest
}: NumberFieldProps) {
  return (
    <TextField
      {...rest}
      inputMode="decimal"
      autoComplete="off"
      name={name}
      required={!optional}
      value={draft[name]}
      problem={problems[name]}
      onText={(text) => onDraft({ [name]: text })}
    />
  )
}

export function FieldGroup({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 text-sm font-semibold text-muted">{title}</legend>
      <div className="grid grid-cols-2 items-start gap-3 lg:grid-cols-4">{children}</div>
    </fieldset>
  )
}

export function SignalFields(props: FieldsProps) {
  const { draft, problems, onDraft } = props
  return (
    <FieldGroup title="Signal">
      <NumberField {...props} name="entry" label="Enter at |z| above" />
      <NumberField {...props} name="exit" label="Leave at |z| below" />
      <SelectField
        className="col-span-2 lg:col-span-1"
        label="z-score from"
        value={draft.zScore}
        problem={problems['zScore']}
        options={[
          { value: 'FORMATION', label: 'Formation period' },
          { value: 'ROLLING', label: 'Rolling window' },
        ]}
        onValue={(zScore) => onDraft({ zScore })}
      />
      {draft.zScore === 'ROLLING' && <NumberField {...props} name="window" label="Window" suffix="bars" />}
    </FieldGroup>
  )
}

export function SizeFields(props: FieldsProps) {
  const { draft, problems, currency, onDraft } = props
  return (
    <FieldGroup title="Size">
      <NumberField {...props} name="capital" label="Starting capital" suffix={currency} />
      <SelectField
        className="col-span-2 lg:col-span-1"
        label="Trade"
        value={draft.sizing}
        problem={problems['sizing']}
        options={[
          { value: 'GROSS', label: 'A share of equity' },
          { value: 'FIXED_NOTIONAL', label: 'A fixed amount' },
          { value: 'VOLATILITY_TARGET', label: 'To a volatility' },
        ]}
        onValue={(sizing) => onDraft({ sizing })}
      />
      {draft.sizing === 'VOLATILITY_TARGET' && (
        <>
          <NumberField {...props} name="targetVolatility" label="Volatility per year" suffix="%" />
          <NumberField {...props} name="volatilityWindow" label="Estimated from" suffix="bars" />
        </>
      )}
      {draft.sizing !== 'FIXED_NOTIONAL' ? (
        <NumberField
          {...props}
          name="gross"
          label={draft.sizing === 'GROSS' ? 'Gross exposure' : 'At most gross'}
          suffix="×"
          hint="Times equity, both legs together"
        />
      ) : (
        <NumberField
          {...props}
          name="notional"
          label="Amount on Y"
          suffix={currency}
          hint="X gets β times that"
        />
      )}
    </FieldGroup>
  )
}

function TradingFields(props: FieldsProps) {
  const { draft, problems, onDraft } = props
  return (
    <FieldGroup title="Trading">
      <SelectField
        label="Orders fill at"
        value={draft.fill}
        problem={problems['fill']}
        options={[
          { value: 'CLOSE', label: 'The next close' },
          { value: 'OPEN', label: 'The next open' },
        ]}
        hint={draft.fill === 'OPEN' ? 'Both legs need opens' : undefined}
        onValue={(fill) => onDraft({ fill })}
      />
      <NumberField
        {...props}
        name="rehedgeBand"
        label="Re-hedge when off by"
        suffix="%"
        hint="Of X’s shares. Empty: never"
        optional
      />
      <NumberField {...props} name="borrowBps" label="Borrow fee" suffix="bps" hint="Per year on shorts" />
    </FieldGroup>
  )
}

export function AdvancedFields(props: FieldsProps) {
  const { draft, problems, onDraft } = props
  return (
    <div className="grid gap-5">
      <FieldGroup title="Stops and costs">
        <NumberField {...props} name="stop" label="Give up at |z| above" hint="Empty: never" optional />
        <NumberField
          {...props}
          name="maxHold"
          label="Give up after"
          suffix="bars"
          hint="Empty: never"
          optional
        />
        <NumberField
          {...props}
          name="commissionBps"
          label="Commission"
          suffix="bps"
          hint="Of traded amounts"
        />
        <NumberField {...props} name="slippageBps" label="Slippage" suffix="bps" hint="Of traded amounts" />
      </FieldGroup>
      <TradingFields {...props} />
      <CampaignField
        own="That of this pair and formation"
        campaignId={draft.campaignId}
        problem={problems['campaignId']}
        onCampaign={(campaignId) => onDraft({ campaignId })}
      />
    </div>
  )
}
