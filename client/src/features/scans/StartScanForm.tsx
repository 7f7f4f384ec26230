/** Starts a scan and opens it. */
import { useNavigate } from '@tanstack/react-router'
import { MoreFields } from '@/components/MoreFields'
import { StartForm } from '@/components/StartForm'
import { defaultFormation } from '@/lib/formations'
import { ScanEstimate } from './ScanEstimate'
import { CorrectionFields, FormationFields, KeepField, MethodFields } from './ScanFields'
import { ADVANCED, DEFAULT_DRAFT, readDraft } from './scanDraft'
import { UniverseFields } from './UniverseFields'
import { useScanStart } from './useScanStart'
import { useUniverseDraft } from './useUniverseHistory'

export function StartScanForm() {
  const navigate = useNavigate()
  const { draft: typed, history, loading, onDraft } = useUniverseDraft(DEFAULT_DRAFT)
  // What nobody has chosen yet is filled in from what is known.
  const draft = { ...typed, formation: typed.formation ?? (history && defaultFormation(history)) }
  const { busy, problems, start } = useScanStart()
  const read = readDraft(draft)

  const onStart = async () => {
    const id = await start(read)
    if (id) await navigate({ to: '/scans/$id', params: { id } })
  }
  const fields = { draft, problems: problems.fields, onDraft }

  return (
    <StartForm
      label="New scan"
      action="Start scan"
      busy={busy}
      problems={problems}
      aside={<ScanEstimate input={'input' in read ? read.input : undefined} />}
      onStart={onStart}
    >
      <UniverseFields draft={draft} problem={problems.fields['universe']} onDraft={onDraft} />
      <FormationFields {...fields} history={history} formation={draft.formation} loading={loading} />
      <MoreFields title="Method and correction" names={ADVANCED} problems={problems.fields}>
        <div className="grid items-start gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-4">
          <MethodFields {...fields} />
          <CorrectionFields {...fields} />
          <KeepField {...fields} />
        </div>
      </MoreFields>
    </StartForm>
  )
}
