/** Chooses formation and trading period, the price scale and the hedge; every choice is in the address. */
import { SelectField } from '@/components/Field'
import type { Period, Periods } from '@/lib/periods'
import { HEDGE_METHODS, type HedgeMethod, hedgeWords } from './hedgeMethods'
import { PeriodFields } from './PeriodFields'
import { PRICE_SCALES, type PriceScale } from './priceScales'

interface PeriodFormProps {
  history: Period
  periods: Periods
  prices: PriceScale
  hedge: HedgeMethod
  onPeriods: (periods: Periods) => void
  onPrices: (prices: PriceScale) => void
  onHedge: (hedge: HedgeMethod) => void
}

export function PeriodForm({ prices, hedge, onPrices, onHedge, ...fields }: PeriodFormProps) {
  return (
    <PeriodFields {...fields}>
      <SelectField
        className="col-span-2 md:col-span-1"
        label="Price scale"
        hint={prices === 'LOG' ? 'β splits the amounts' : 'β counts the shares'}
        value={prices}
        options={PRICE_SCALES}
        onValue={onPrices}
      />
      <SelectField
        className="col-span-2 md:col-span-1"
        label="Hedge ratio by"
        value={hedge}
        hint={hedgeWords(hedge).meaning}
        options={HEDGE_METHODS}
        onValue={onHedge}
      />
    </PeriodFields>
  )
}
