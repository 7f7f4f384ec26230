/** Chooses formation and trading period, at once or day by day. */
import type { ReactNode } from 'react'
import { Button } from '@/components/Button'
import { TextField } from '@/components/Field'
import { type Period, type Periods, presets, samePeriods } from '@/lib/periods'

interface PeriodFieldsProps {
  history: Period
  periods: Periods
  onPeriods: (periods: Periods) => void
  /** Fields beside those of the periods. */
  children?: ReactNode
}

export function PeriodFields({ history, periods, onPeriods, children }: PeriodFieldsProps) {
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
        {children}
      </div>
    </div>
  )
}
