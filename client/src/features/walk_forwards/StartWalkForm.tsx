/** Starts a walk-forward and opens it. */
import { useNavigate } from '@tanstack/react-router'
import { MoreFields } from '@/components/MoreFields'
import { StartForm } from '@/components/StartForm'
import { UniverseFields } from '@/features/scans/UniverseFields'
import { useUniverseDraft } from '@/features/scans/useUniverseHistory'
import { useWalkStart } from './useWalkStart'
import { AdvancedFields, StepFields, WholePeriodFields } from './WalkFields'
import { ADVANCED, DEFAULT_DRAFT, readDraft } from './walkDraft'
import { describeChoice } from './walkWords'

export function StartWalkForm() {
  const navigate = useNavigate()
  const { draft: typed, history, loading, onDraft } = useUniverseDraft(DEFAULT_DRAFT)
  // What nobody has chosen yet is filled in from what is known.
  const draft = { ...typed, period: typed.period ?? history }
  const { busy, problems, start } = useWalkStart()
  const read = readDraft(draft)

  const onStart = async () => {
    const id = await start(read)
    if (id) await navigate({ to: '/walk-forwards/$id', params: { id } })
  }
  const fields = { draft, problems: problems.fields, onDraft }
  return (
    <StartForm
      label="New walk-forward"
      action="Start walk-forward"
      busy={busy}
      problems={problems}
      aside={
        <p aria-live="polite" className="text-sm text-muted">
          {'input' in read ? describeChoice(read.input) : Object.values(read.mistakes)[0]}
        </p>
      }
      onStart={onStart}
    >
      <UniverseFields draft={draft} problem={problems.fields['universe']} onDraft={onDraft} />
      <WholePeriodFields {...fields} history={history} loading={loading} />
      <StepFields {...fields} />
      <MoreFields title="Stops, costs, size and purge" names={ADVANCED} problems={problems.fields}>
        <AdvancedFields {...fields} />
      </MoreFields>
    </StartForm>
  )
}
