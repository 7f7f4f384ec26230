/** Starts a scan and opens it. */
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Button } from '@/components/Button'
import { Notice } from '@/components/Notice'
import { defaultFormation } from '@/lib/formations'
import { ScanEstimate } from './ScanEstimate'
import { CorrectionFields, FormationFields, KeepField, MethodFields } from './ScanFields'
import { ADVANCED, DEFAULT_DRAFT, readDraft, type ScanDraft } from './scanDraft'
import { UniverseFields } from './UniverseFields'
import { useScanStart } from './useScanStart'
import { useFirstMarket, useUniverseHistory } from './useUniverseHistory'

/** What is typed, with the choices that nobody has made yet filled in from what is known. */
function useDraft() {
  const [typed, setTyped] = useState(DEFAULT_DRAFT)
  const first = useFirstMarket()
  const market = typed.market || first || ''
  const { history, loading } = useUniverseHistory({ ...typed, market })
  const draft: ScanDraft = {
    ...typed,
    market,
    formation: typed.formation ?? (history && defaultFormation(history)),
  }
  return {
    draft,
    history,
    loading,
    onDraft: (change: Partial<ScanDraft>) => setTyped({ ...typed, ...change }),
  }
}

export function StartScanForm() {
  const navigate = useNavigate()
  const form = useRef<HTMLFormElement>(null)
  const { draft, history, loading, onDraft } = useDraft()
  const [advanced, setAdvanced] = useState(false)
  const { busy, problems, start } = useScanStart()
  const read = readDraft(draft)

  useEffect(() => {
    if (ADVANCED.some((name) => problems.fields[name])) setAdvanced(true)
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [problems])

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const id = await start(read)
    if (id) await navigate({ to: '/scans/$id', params: { id } })
  }
  const fields = { draft, problems: problems.fields, onDraft }

  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => void onSubmit(event)}
      aria-label="New scan"
      className="grid gap-5"
    >
      <UniverseFields draft={draft} problem={problems.fields['universe']} onDraft={onDraft} />
      <FormationFields {...fields} history={history} formation={draft.formation} loading={loading} />
      <details open={advanced} onToggle={(event) => setAdvanced(event.currentTarget.open)}>
        <summary className="w-fit text-sm font-semibold text-accent">Method and correction</summary>
        <div className="grid items-start gap-x-4 gap-y-3 pt-3 sm:grid-cols-2 lg:grid-cols-4">
          <MethodFields {...fields} />
          <CorrectionFields {...fields} />
          <KeepField {...fields} />
        </div>
      </details>
      {problems.form.map((message) => (
        <Notice key={message} tone="problem">
          {message}
        </Notice>
      ))}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button type="submit" look="primary" busy={busy} className="w-full sm:w-fit">
          {busy ? 'Starting…' : 'Start scan'}
        </Button>
        <ScanEstimate input={'input' in read ? read.input : undefined} />
      </div>
    </form>
  )
}
