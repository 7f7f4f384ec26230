/** Begins to follow a pair as the page looks at it, or follows it differently. */
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/Button'
import { TextField } from '@/components/Field'
import { Problems } from '@/components/Problems'
import type { Estimating } from '@/features/pairs/estimating'
import { hedgeWords } from '@/features/pairs/hedgeMethods'
import { formatPeriod } from '@/lib/periods'
import { useWatchPair } from './useWatchPair'
import { readWatchDraft, WATCH_FIELDS, type WatchDraft, watchDraft } from './watchDraft'

interface WatchPairFormProps {
  estimating: Estimating
  bands: { entry: number; exit: number }
  /** Whether it is watched already, in some way. */
  again: boolean
  onWatched: () => void
}

const LABELS: Record<keyof WatchDraft, { label: string; hint?: string; optional?: boolean }> = {
  entry: { label: 'Signal at |z| above' },
  exit: { label: 'Flat at |z| below' },
  stop: { label: 'Give up at |z| above', hint: 'Empty: never', optional: true },
  window: { label: 'Rolling window', hint: 'Bars; empty: the formation’s', optional: true },
  falseAlarmBars: { label: 'False alarms of decay', hint: 'Bars between two, on average at least' },
}

export function WatchPairForm({ estimating, bands, again, onWatched }: WatchPairFormProps) {
  // What was typed here stays; what was not follows the page.
  const [typed, setTyped] = useState<Partial<WatchDraft>>({})
  const { busy, problems, refuse, submit } = useWatchPair()
  const draft = { ...watchDraft(bands), ...typed }
  const { formation, prices, hedge } = estimating

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const read = readWatchDraft(draft, estimating)
    if ('mistakes' in read) return refuse(read.mistakes)
    if (await submit(read.input)) onWatched()
  }

  return (
    <form
      noValidate
      aria-label="Watch live"
      onSubmit={(event) => void onSubmit(event)}
      className="grid gap-4"
    >
      <p className="text-sm">
        <span className="text-muted">Formed on</span> {formatPeriod(formation)}
        <span className="text-muted">, hedge</span> {hedgeWords(hedge).label.toLowerCase()}
        <span className="text-muted"> on</span> {prices === 'LOG' ? 'log prices' : 'prices'}
      </p>
      <div className="grid grid-cols-2 items-start gap-3 md:grid-cols-3 xl:grid-cols-5">
        {WATCH_FIELDS.map((name) => {
          const { label, hint, optional } = LABELS[name]
          return (
            <TextField
              key={name}
              name={`watch-${name}`}
              label={label}
              {...(hint ? { hint } : {})}
              required={!optional}
              inputMode="decimal"
              autoComplete="off"
              value={draft[name]}
              problem={problems.fields[name]}
              onText={(text) => setTyped({ ...typed, [name]: text })}
            />
          )
        })}
      </div>
      <Problems messages={problems.form} />
      <Button type="submit" look="primary" busy={busy} className="w-full sm:w-fit">
        {again ? 'Follow it this way' : 'Watch live'}
      </Button>
    </form>
  )
}
