/** Starts a backtest of a pair over the periods of the page, and opens it. */
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { MoreFields } from '@/components/MoreFields'
import { StartForm } from '@/components/StartForm'
import type { Bands } from '@/features/pairs/PairCharts'
import { readNumber } from '@/lib/draft'
import { formatPeriod, type Period } from '@/lib/periods'
import { AdvancedFields, SignalFields, SizeFields } from './BacktestFields'
import { ADVANCED, type BacktestDraft, type Context, DEFAULT_DRAFT, readDraft } from './backtestDraft'
import { useBacktestStart } from './useBacktestStart'

/** The bands that a new form starts with. */
export const DEFAULT_BANDS: Bands = { entry: Number(DEFAULT_DRAFT.entry), exit: Number(DEFAULT_DRAFT.exit) }

function PeriodLine({
  name,
  period,
  problem,
}: {
  name: string
  period: Period
  problem: string | undefined
}) {
  return (
    <div>
      <p>
        <span className="text-muted">{name}</span> {formatPeriod(period)}
      </p>
      {problem && (
        <p role="alert" className="text-loss">
          {problem}
        </p>
      )}
    </div>
  )
}

interface StartBacktestFormProps extends Context {
  currency: string
  /** Told whenever the thresholds change, so that the charts can show them. */
  onBands: (bands: Bands) => void
}

export function StartBacktestForm({ currency, onBands, ...context }: StartBacktestFormProps) {
  const navigate = useNavigate()
  const [draft, setDraft] = useState(DEFAULT_DRAFT)
  const { busy, problems, start } = useBacktestStart()

  const onDraft = (change: Partial<BacktestDraft>) => {
    const next = { ...draft, ...change }
    setDraft(next)
    const [entry, exit] = [readNumber(next.entry), readNumber(next.exit)]
    if (entry !== undefined && exit !== undefined) onBands({ entry, exit })
  }
  const onStart = async () => {
    const id = await start(readDraft(draft, context))
    if (id) await navigate({ to: '/backtests/$id', params: { id } })
  }

  const fields = { draft, problems: problems.fields, onDraft }
  return (
    <StartForm label="New backtest" action="Run backtest" busy={busy} problems={problems} onStart={onStart}>
      <div className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
        <PeriodLine
          name="Formation"
          period={context.periods.formation}
          problem={problems.fields['formation']}
        />
        <PeriodLine name="Trading" period={context.periods.trading} problem={problems.fields['trading']} />
      </div>
      <SignalFields {...fields} />
      <SizeFields {...fields} currency={currency} />
      <MoreFields
        title="More: stops, costs, fills, re-hedging, campaign"
        names={ADVANCED}
        problems={problems.fields}
        lazy
      >
        <AdvancedFields {...fields} />
      </MoreFields>
    </StartForm>
  )
}
