/** Starts a backtest of a pair over the periods of the page, and opens it. */
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Button } from '@/components/Button'
import { Notice } from '@/components/Notice'
import type { Bands } from '@/features/pairs/PairCharts'
import { formatDay } from '@/lib/dates'
import { readNumber } from '@/lib/draft'
import type { Period } from '@/lib/periods'
import { AdvancedFields, type FieldsProps, SignalFields, SizeFields } from './BacktestFields'
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
        <span className="text-muted">{name}</span> {formatDay(period.start)} – {formatDay(period.end)}
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
  const form = useRef<HTMLFormElement>(null)
  const [draft, setDraft] = useState(DEFAULT_DRAFT)
  const [advanced, setAdvanced] = useState(false)
  const { busy, problems, start } = useBacktestStart()

  useEffect(() => {
    if (ADVANCED.some((name) => problems.fields[name])) setAdvanced(true)
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [problems])

  const onDraft = (change: Partial<BacktestDraft>) => {
    const next = { ...draft, ...change }
    setDraft(next)
    const [entry, exit] = [readNumber(next.entry), readNumber(next.exit)]
    if (entry !== undefined && exit !== undefined) onBands({ entry, exit })
  }
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const id = await start(readDraft(draft, context))
    if (id) await navigate({ to: '/backtests/$id', params: { id } })
  }

  const fields: FieldsProps = { draft, problems: problems.fields, currency, onDraft }
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => void onSubmit(event)}
      aria-label="New backtest"
      className="grid gap-5"
    >
      <div className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
        <PeriodLine
          name="Formation"
          period={context.periods.formation}
          problem={problems.fields['formation']}
        />
        <PeriodLine name="Trading" period={context.periods.trading} problem={problems.fields['trading']} />
      </div>
      <SignalFields {...fields} />
      <SizeFields {...fields} />
      <details open={advanced} onToggle={(event) => setAdvanced(event.currentTarget.open)}>
        <summary className="w-fit text-sm font-semibold text-accent">
          More: stops, costs, fills, re-hedging, campaign
        </summary>
        <div className="pt-3">{advanced && <AdvancedFields {...fields} />}</div>
      </details>
      {problems.form.map((message) => (
        <Notice key={message} tone="problem">
          {message}
        </Notice>
      ))}
      <Button type="submit" look="primary" busy={busy} className="w-full sm:w-fit">
        {busy ? 'Starting…' : 'Run backtest'}
      </Button>
    </form>
  )
}
