/** The groups of fields of the form that starts a scan. */
import { Button } from '@/components/Button'
import { SelectField, TextField } from '@/components/Field'
import { SkeletonRows } from '@/components/Skeleton'
import { formationPresets } from '@/lib/formations'
import type { Period } from '@/lib/periods'
import type { ScanDraft } from './scanDraft'
import { CORRECTIONS, CRITERIA, meaningOf, PRICES, TRENDS } from './scanWords'

export interface ScanFieldsProps {
  draft: ScanDraft
  problems: Readonly<Record<string, string>>
  onDraft: (change: Partial<ScanDraft>) => void
}

interface FormationFieldsProps extends ScanFieldsProps {
  history: Period | null
  formation: Period | null
  loading: boolean
}

const same = (a: Period | null, b: Period) => a?.start === b.start && a.end === b.end

export function FormationFields({ history, formation, loading, problems, onDraft }: FormationFieldsProps) {
  if (loading) return <SkeletonRows rows={1} />
  const change = (edge: keyof Period) => (day: string) => {
    if (day) onDraft({ formation: { start: '', end: '', ...formation, [edge]: day } })
  }
  const reversed = formation !== null && formation.start >= formation.end
  return (
    <div className="grid gap-3">
      {history && (
        <fieldset className="flex flex-wrap gap-2">
          <legend className="mb-2 w-full text-sm font-medium">Formation period</legend>
          {formationPresets(history).map(({ label, period }) => (
            <Button
              key={label}
              size="small"
              look={same(formation, period) ? 'primary' : 'secondary'}
              aria-pressed={same(formation, period)}
              onClick={() => onDraft({ formation: period })}
            >
              {label}
            </Button>
          ))}
        </fieldset>
      )}
      <div className="grid grid-cols-2 items-start gap-3 md:max-w-md">
        <TextField
          type="date"
          label="Formation from"
          required
          value={formation?.start ?? ''}
          problem={
            problems['formation'] ?? (reversed ? 'The first day must come before the last.' : undefined)
          }
          onText={change('start')}
        />
        <TextField
          type="date"
          label="until before"
          required
          value={formation?.end ?? ''}
          onText={change('end')}
        />
      </div>
    </div>
  )
}

/** How the tests are made. */
export function MethodFields({ draft, problems, onDraft }: ScanFieldsProps) {
  return (
    <>
      <SelectField
        label="Prices"
        value={draft.prices}
        problem={problems['prices']}
        hint={meaningOf(PRICES, draft.prices)}
        options={PRICES}
        onValue={(prices) => onDraft({ prices })}
      />
      <SelectField
        label="Regress on"
        value={draft.trend}
        problem={problems['trend']}
        hint={meaningOf(TRENDS, draft.trend)}
        options={TRENDS}
        onValue={(trend) => onDraft({ trend })}
      />
      <SelectField
        label="Number of lags by"
        value={draft.criterion}
        problem={problems['criterion']}
        hint={meaningOf(CRITERIA, draft.criterion)}
        options={CRITERIA}
        onValue={(criterion) => onDraft({ criterion })}
      />
      <TextField
        label={draft.criterion === 'FIXED' ? 'Lags' : 'At most this many lags'}
        inputMode="numeric"
        autoComplete="off"
        value={draft.maxLag}
        problem={problems['maxLag']}
        hint={
          draft.criterion === 'FIXED'
            ? 'The same for every test.'
            : 'Empty: Schwert’s rule, by the length of the period.'
        }
        onText={(maxLag) => onDraft({ maxLag })}
      />
    </>
  )
}

/** How the number of tests is counted against what they find. */
export function CorrectionFields({ draft, problems, onDraft }: ScanFieldsProps) {
  return (
    <>
      <SelectField
        label="Correction"
        value={draft.correction}
        problem={problems['correction']}
        hint={meaningOf(CORRECTIONS, draft.correction)}
        options={CORRECTIONS}
        onValue={(correction) => onDraft({ correction })}
      />
      <TextField
        label="Level"
        inputMode="decimal"
        autoComplete="off"
        value={draft.level}
        problem={problems['level']}
        hint="What counts as found: above 0, at most 0.5."
        onText={(level) => onDraft({ level })}
      />
    </>
  )
}

/** How much of the result is kept. */
export function KeepField({ draft, problems, onDraft }: ScanFieldsProps) {
  return (
    <TextField
      label="Keep the best"
      suffix="pairs"
      inputMode="numeric"
      autoComplete="off"
      value={draft.keep}
      problem={problems['keep']}
      hint="All tests count in the verdict; these many are listed."
      onText={(keep) => onDraft({ keep })}
    />
  )
}
