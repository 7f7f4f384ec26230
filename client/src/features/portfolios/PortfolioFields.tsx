/** The groups of fields of the form that starts a portfolio. */
import { ChoiceField, type DraftProps, NumberField } from '@/components/DraftFields'
import { FieldGroup, StopFields, Z_SCORES } from '@/features/backtests/BacktestFields'
import { CampaignField } from '@/features/campaigns/CampaignField'
import { HEDGE_METHODS } from '@/features/pairs/hedgeMethods'
import { PRICE_SCALES } from '@/features/pairs/priceScales'
import type { PortfolioDraft } from './portfolioDraft'

type FieldsProps = DraftProps<PortfolioDraft>

export function BookFields({ currency, ...props }: FieldsProps & { currency: string }) {
  return (
    <FieldGroup title="Book">
      <NumberField {...props} name="capital" label="Starting capital" suffix={currency} />
      <ChoiceField
        {...props}
        name="allocation"
        label="Weights"
        options={[
          { value: 'EQUAL', label: 'Equal' },
          { value: 'VOLATILITY', label: 'By volatility' },
        ]}
        hint={
          props.draft.allocation === 'VOLATILITY'
            ? 'Calm pairs get more, by their formation period'
            : undefined
        }
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

export function ThresholdFields(props: FieldsProps) {
  return (
    <FieldGroup title="Signal, the same for all pairs">
      <NumberField {...props} name="entry" label="Enter at |z| above" />
      <NumberField {...props} name="exit" label="Leave at |z| below" />
    </FieldGroup>
  )
}

function EstimateFields(props: FieldsProps) {
  return (
    <FieldGroup title="Estimates">
      <ChoiceField {...props} name="hedge" label="Hedge ratios" options={HEDGE_METHODS} />
      <ChoiceField {...props} name="prices" label="Price scale" options={PRICE_SCALES} />
      <ChoiceField {...props} name="zScore" label="z-scores from" options={Z_SCORES} />
      {props.draft.zScore === 'ROLLING' && (
        <NumberField {...props} name="window" label="Window" suffix="bars" />
      )}
    </FieldGroup>
  )
}

export function AdvancedFields(props: FieldsProps) {
  const { draft, problems, onDraft } = props
  return (
    <div className="grid gap-5">
      <EstimateFields {...props} />
      <FieldGroup title="Size and stops">
        <NumberField {...props} name="gross" label="Gross exposure" suffix="×" hint="Times a pair’s share" />
        <StopFields {...props} />
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
