/** Chooses formation and trading period, the price scale and the hedge; every choice is in the address. */
import { Button } from '@/components/Button'
import { SelectField, TextField } from '@/components/Field'
import { type Period, type Periods, presets, samePeriods } from '@/lib/periods'
import { HEDGE_METHODS, type HedgeMethod, hedgeWords } from './hedgeMethods'
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

export function PeriodForm(props: PeriodFormProps) {
  const { history, periods, prices, hedge, onPeriods, onPrices, onHedge } = props
  const change = (name: keyof Periods, edge: keyof Period) => (day: string) => {
    if (day) onPeriods({ ...periods, [name]: { ...periods[name], [edge]: day } })
  }
  const problem = (name: keyof Periods) =>
    periods[name].start >= periods[name].end ? 'The first day must come before the last.' : undefined
  const nothingLeft =
    periods.trading.start === periods.formation.end && periods.trading.start >= periods.trading.end
      ? 'Nothing is left to trade: let formation end earlier.'
      : undefined
  const overlap =
    periods.trading.start < periods.formation.end
      ? 'Trading must not begin before formation has ended.'
      : undefined
  return (
    <div className="grid gap-4">
      <fieldset className="flex flex-wrap gap-2">
        <legend className="sr-only">Suggested periods</legend>
        {presets(history).map((preset) => (
          <Button
            key={preset.label}
            size="small"
            look={samePeriods(preset.periods, periods) ? 'primary' : 'secondary'}
            aria-pressed={samePeriods(preset.periods, periods)}
            onClick={() => onPeriods(preset.periods)}
          >
            {preset.label}
          </Button>
        ))}
      </fieldset>
      <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
        <TextField
          type="date"
          label="Formation from"
          required
          value={periods.formation.start}
          onText={change('formation', 'start')}
        />
        <TextField
          type="date"
          label="until before"
          required
          value={periods.formation.end}
          problem={problem('formation')}
          onText={change('formation', 'end')}
        />
        <TextField
          type="date"
          label="Trading from"
          required
          value={periods.trading.start}
          problem={overlap}
          onText={change('trading', 'start')}
        />
        <TextField
          type="date"
          label="until before"
          required
          value={periods.trading.end}
          problem={nothingLeft ?? problem('trading')}
          onText={change('trading', 'end')}
        />
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
      </div>
    </div>
  )
}
