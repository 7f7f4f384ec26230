/** The groups of fields of the form that starts a backtest. */
import type { ReactNode } from 'react'
import { ChoiceField, type DraftProps, NumberField } from '@/components/DraftFields'
import { CampaignField } from '@/features/campaigns/CampaignField'
import type { BacktestDraft } from './backtestDraft'

type FieldsProps = DraftProps<BacktestDraft>

export function FieldGroup({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 text-sm font-semibold text-muted">{title}</legend>
      <div className="grid grid-cols-2 items-start gap-3 lg:grid-cols-4">{children}</div>
    </fieldset>
  )
}

/** Where z-scores may come from. */
export const Z_SCORES = [
  { value: 'FORMATION', label: 'Formation period' },
  { value: 'ROLLING', label: 'Rolling window' },
] as const

export function SignalFields(props: FieldsProps) {
  return (
    <FieldGroup title="Signal">
      <NumberField {...props} name="entry" label="Enter at |z| above" />
      <NumberField {...props} name="exit" label="Leave at |z| below" />
      <ChoiceField
        {...props}
        name="zScore"
        label="z-score from"
        className="col-span-2 lg:col-span-1"
        options={Z_SCORES}
      />
      {props.draft.zScore === 'ROLLING' && (
        <NumberField {...props} name="window" label="Window" suffix="bars" />
      )}
    </FieldGroup>
  )
}

export function SizeFields({ currency, ...props }: FieldsProps & { currency: string }) {
  const { draft } = props
  return (
    <FieldGroup title="Size">
      <NumberField {...props} name="capital" label="Starting capital" suffix={currency} />
      <ChoiceField
        {...props}
        name="sizing"
        label="Trade"
        className="col-span-2 lg:col-span-1"
        options={[
          { value: 'GROSS', label: 'A share of equity' },
          { value: 'FIXED_NOTIONAL', label: 'A fixed amount' },
          { value: 'VOLATILITY_TARGET', label: 'To a volatility' },
        ]}
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

/** When a trade is given up. */
export function StopFields(props: DraftProps<Pick<BacktestDraft, 'stop' | 'maxHold'>>) {
  return (
    <>
      <NumberField {...props} name="stop" label="Give up at |z| above" hint="Empty: never" optional />
      <NumberField
        {...props}
        name="maxHold"
        label="Give up after"
        suffix="bars"
        hint="Empty: never"
        optional
      />
    </>
  )
}

function TradingFields(props: FieldsProps) {
  return (
    <FieldGroup title="Trading">
      <ChoiceField
        {...props}
        name="fill"
        label="Orders fill at"
        options={[
          { value: 'CLOSE', label: 'The next close' },
          { value: 'OPEN', label: 'The next open' },
        ]}
        hint={props.draft.fill === 'OPEN' ? 'Both legs need opens' : undefined}
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
        <StopFields {...props} />
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
