/** Starts a sweep of a pair over the periods of the page, and opens it. */
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Button } from '@/components/Button'
import { Notice } from '@/components/Notice'
import { sweepSize } from '@/lib/sweepSize'
import { AdvancedFields, AxisFields } from './SweepFields'
import {
  ADVANCED,
  type Context,
  DEFAULT_DRAFT,
  readDraft,
  type SweepDraft,
  type SweepInput,
} from './sweepDraft'
import { describeSize } from './sweepWords'
import { useSweepStart } from './useSweepStart'

function sizeOf({ axes, sample }: SweepInput): string {
  const size = sweepSize({
    ...axes,
    hedge: axes.hedge ?? ['OLS'],
    window: axes.window ?? [null],
    stop: axes.stop ?? [null],
    maxHold: axes.maxHold ?? [null],
    costBps: axes.costBps ?? [3],
  })
  return describeSize(size, sample ?? null)
}

export function StartSweepForm(context: Context) {
  const navigate = useNavigate()
  const form = useRef<HTMLFormElement>(null)
  const [draft, setDraft] = useState(DEFAULT_DRAFT)
  const [advanced, setAdvanced] = useState(false)
  const { busy, problems, start } = useSweepStart()
  const read = readDraft(draft, context)

  useEffect(() => {
    if (ADVANCED.some((name) => problems.fields[name])) setAdvanced(true)
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [problems])

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const id = await start(read)
    if (id) await navigate({ to: '/sweeps/$id', params: { id } })
  }
  const fields = {
    draft,
    problems: problems.fields,
    onDraft: (change: Partial<SweepDraft>) => setDraft({ ...draft, ...change }),
  }
  const elsewhere = ['pairId', 'formation', 'trading', 'prices'].flatMap(
    (name) => problems.fields[name] ?? [],
  )
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => void onSubmit(event)}
      aria-label="New sweep"
      className="grid gap-5"
    >
      <AxisFields {...fields} />
      <details open={advanced} onToggle={(event) => setAdvanced(event.currentTarget.open)}>
        <summary className="w-fit text-sm font-semibold text-accent">Stops, size, sample and seed</summary>
        <div className="pt-3">
          <AdvancedFields {...fields} />
        </div>
      </details>
      {[...elsewhere, ...problems.form].map((message) => (
        <Notice key={message} tone="problem">
          {message}
        </Notice>
      ))}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button type="submit" look="primary" busy={busy} className="w-full sm:w-fit">
          {busy ? 'Starting…' : 'Start sweep'}
        </Button>
        <p aria-live="polite" className="text-sm text-muted">
          {'input' in read ? sizeOf(read.input) : Object.values(read.mistakes)[0]}
        </p>
      </div>
    </form>
  )
}
