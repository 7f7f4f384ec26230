/** Starts a sweep of a pair over the periods of the page, and opens it. */
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { MoreFields } from '@/components/MoreFields'
import { StartForm } from '@/components/StartForm'
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

/** What may be wrong, and is chosen where nothing says so. */
const ELSEWHERE = ['pairId', 'formation', 'trading', 'prices']

export function StartSweepForm(context: Context) {
  const navigate = useNavigate()
  const [draft, setDraft] = useState(DEFAULT_DRAFT)
  const { busy, problems, start } = useSweepStart()
  const read = readDraft(draft, context)

  const onStart = async () => {
    const id = await start(read)
    if (id) await navigate({ to: '/sweeps/$id', params: { id } })
  }
  const fields = {
    draft,
    problems: problems.fields,
    onDraft: (change: Partial<SweepDraft>) => setDraft({ ...draft, ...change }),
  }
  return (
    <StartForm
      label="New sweep"
      action="Start sweep"
      busy={busy}
      problems={problems}
      elsewhere={ELSEWHERE}
      aside={
        <p aria-live="polite" className="text-sm text-muted">
          {'input' in read ? sizeOf(read.input) : Object.values(read.mistakes)[0]}
        </p>
      }
      onStart={onStart}
    >
      <AxisFields {...fields} />
      <MoreFields title="Stops, size, sample and seed" names={ADVANCED} problems={problems.fields}>
        <AdvancedFields {...fields} />
      </MoreFields>
    </StartForm>
  )
}
