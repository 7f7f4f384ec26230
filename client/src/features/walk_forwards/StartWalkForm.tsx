/** Starts a walk-forward and opens it. */
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Button } from '@/components/Button'
import { Notice } from '@/components/Notice'
import { UniverseFields } from '@/features/scans/UniverseFields'
import { useFirstMarket, useUniverseHistory } from '@/features/scans/useUniverseHistory'
import { useWalkStart } from './useWalkStart'
import { AdvancedFields, StepFields, WholePeriodFields } from './WalkFields'
import { ADVANCED, DEFAULT_DRAFT, readDraft, type WalkDraft } from './walkDraft'
import { describeChoice } from './walkWords'

/** What is typed, with the choices that nobody has made yet filled in from what is known. */
function useDraft() {
  const [typed, setTyped] = useState(DEFAULT_DRAFT)
  const first = useFirstMarket()
  const market = typed.market || first || ''
  const { history, loading } = useUniverseHistory({ ...typed, market })
  const draft: WalkDraft = { ...typed, market, period: typed.period ?? history }
  return {
    draft,
    history,
    loading,
    onDraft: (change: Partial<WalkDraft>) => setTyped({ ...typed, ...change }),
  }
}

export function StartWalkForm() {
  const navigate = useNavigate()
  const form = useRef<HTMLFormElement>(null)
  const { draft, history, loading, onDraft } = useDraft()
  const [advanced, setAdvanced] = useState(false)
  const { busy, problems, start } = useWalkStart()
  const read = readDraft(draft)

  useEffect(() => {
    if (ADVANCED.some((name) => problems.fields[name])) setAdvanced(true)
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [problems])

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const id = await start(read)
    if (id) await navigate({ to: '/walk-forwards/$id', params: { id } })
  }
  const fields = { draft, problems: problems.fields, onDraft }
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => void onSubmit(event)}
      aria-label="New walk-forward"
      className="grid gap-5"
    >
      <UniverseFields draft={draft} problem={problems.fields['universe']} onDraft={onDraft} />
      <WholePeriodFields {...fields} history={history} loading={loading} />
      <StepFields {...fields} />
      <details open={advanced} onToggle={(event) => setAdvanced(event.currentTarget.open)}>
        <summary className="w-fit text-sm font-semibold text-accent">Stops, costs, size and purge</summary>
        <div className="pt-3">
          <AdvancedFields {...fields} />
        </div>
      </details>
      {problems.form.map((message) => (
        <Notice key={message} tone="problem">
          {message}
        </Notice>
      ))}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button type="submit" look="primary" busy={busy} className="w-full sm:w-fit">
          {busy ? 'Starting…' : 'Start walk-forward'}
        </Button>
        <p aria-live="polite" className="text-sm text-muted">
          {'input' in read ? describeChoice(read.input) : Object.values(read.mistakes)[0]}
        </p>
      </div>
    </form>
  )
}
