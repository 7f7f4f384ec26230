/** The groups of fields of the form that starts a portfolio. */
import { SelectField, TextField } from '@/components/Field'
import { FieldGroup } from '@/features/backtests/BacktestFields'
import { CampaignField } from '@/features/campaigns/CampaignField'
import { HEDGE_METHODS } from '@/features/pairs/hedgeMethods'
import { PRICE_SCALES } from '@/features/pairs/priceScales'
import type { PortfolioDraft } from './portfolioDraft'

export interface PortfolioFieldsProps {
  draft: PortfolioDraft
  problems: Readonly<Record<string, string>>
  currency: string
  onDraft: (change: Partial<PortfolioDraft>) => void
}

type TextName = Exclude<
  keyof PortfolioDraft,
  'pairIds' | 'periods' | 'allocation' | 'prices' | 'hedge' | 'zScore' | 'campaignId'
>

interface NumberFieldProps extends PortfolioFieldsProps {
  name: TextName
  label: string
  hint?: string
  suffix?: string
  optional?: boolean
}

function NumberField(props: NumberFieldProps) {
  const { draft, problems, currency: _, onDraft, name, optional = false, ...rest } = props
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

export function BookFields(props: PortfolioFieldsProps) {
  const { draft, problems, currency, onDraft } = props
  return (
    <FieldGroup title="Book">
      <NumberField {...props} name="capital" label="Starting capital" suffix={currency} />
      <SelectField
        label="Weights"
        value={draft.allocation}
        problem={problems['allocation']}
        options={[
          { value: 'EQUAL', label: 'Equal' },
          { value: 'VOLATILITY', label: 'By volatility' },
        ]}
        hint={
          draft.allocation === 'VOLATILITY' ? 'Calm pairs get more, by their formation period' : undefined
        }
        onValue={(allocation) => onDraft({ allocation })}
      />
      <NumberField
        {...props}
        name="nameLimit"
        label="Limit per name"
        suffix="×"
        hint="Times equity, at entries. Empty: none"
        optional
      />
    </FieldGroup>
  )
}

export function ThresholdFields(props: PortfolioFieldsProps) {
  return (
    <FieldGroup title="Signal, the same for all pairs">
      <NumberField {...props} name="entry" label="Enter at |z| above" />
      <NumberField {...props} name="exit" label="Leave at |z| below" />
    </FieldGroup>
  )
}

function EstimateFields(props: PortfolioFieldsProps) {
  const { draft, problems, onDraft } = props
  return (
    <FieldGroup title="Estimates">
      <SelectField
        label="Hedge ratios"
        value={draft.hedge}
        problem={problems['hedge']}
        options={HEDGE_METHODS}
        onValue={(hedge) => onDraft({ hedge })}
      />
      <SelectField
        label="Price scale"
        value={draft.prices}
        problem={problems['prices']}
        options={PRICE_SCALES}
        onValue={(prices) => onDraft({ prices })}
      />
      <SelectField
        label="z-scores from"
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

export function MoreFields(props: PortfolioFieldsProps) {
  const { draft, problems, onDraft } = props
  return (
    <div className="grid gap-5">
      <EstimateFields {...props} />
      <FieldGroup title="Size and stops">
        <NumberField {...props} name="gross" label="Gross exposure" suffix="×" hint="Times a pair’s share" />
        <NumberField {...props} name="stop" label="Give up at |z| above" hint="Empty: never" optional />
        <NumberField
          {...props}
          name="maxHold"
          label="Give up after"
          suffix="bars"
          hint="Empty: never"
          optional
        />
      </FieldGroup>
      <FieldGroup title="Costs, on what is traded net">
        <NumberField {...props} name="commissionBps" label="Commission" suffix="bps" />
        <NumberField {...props} name="slippageBps" label="Slippage" suffix="bps" />
        <NumberField {...props} name="borrowBps" label="Borrow fee" suffix="bps" hint="Per year on shorts" />
      </FieldGroup>
      <CampaignField
        own="That of these pairs and this formation"
        campaignId={draft.campaignId}
        problem={problems['campaignId']}
        onCampaign={(campaignId) => onDraft({ campaignId })}
      />
    </div>
  )
}
