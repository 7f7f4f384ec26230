/** The groups of fields of the form that starts a scan. */
import { Button } from '@/components/Button'
import { ChoiceField, DraftField, type DraftProps } from '@/components/DraftFields'
import { TextField } from '@/components/Field'
import { SkeletonRows } from '@/components/Skeleton'
import { formationPresets } from '@/lib/formations'
import type { Period } from '@/lib/periods'
import type { ScanDraft } from './scanDraft'
import { CORRECTIONS, CRITERIA, meaningOf, PRICES, TRENDS } from './scanWords'

type FieldsProps = DraftProps<ScanDraft>

interface FormationFieldsProps extends FieldsProps {
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
export function MethodFields(props: FieldsProps) {
  return (
    <>
      <ChoiceField
        {...props}
        name="prices"
        label="Prices"
        hint={meaningOf(PRICES, props.draft.prices)}
        options={PRICES}
      />
      <ChoiceField
        {...props}
        name="trend"
        label="Regress on"
        hint={meaningOf(TRENDS, props.draft.trend)}
        options={TRENDS}
      />
      <ChoiceField
        {...props}
        name="criterion"
        label="Number of lags by"
        hint={meaningOf(CRITERIA, props.draft.criterion)}
        options={CRITERIA}
      />
      <DraftField
        {...props}
        name="maxLag"
        label={props.draft.criterion === 'FIXED' ? 'Lags' : 'At most this many lags'}
        inputMode="numeric"
        hint={
          props.draft.criterion === 'FIXED'
            ? 'The same for every test.'
            : 'Empty: Schwert’s rule, by the length of the period.'
        }
      />
    </>
  )
}

/** How the number of tests is counted against what they find. */
export function CorrectionFields(props: FieldsProps) {
  return (
    <>
      <ChoiceField
        {...props}
        name="correction"
        label="Correction"
        hint={meaningOf(CORRECTIONS, props.draft.correction)}
        options={CORRECTIONS}
      />
      <DraftField
        {...props}
        name="level"
        label="Level"
        inputMode="decimal"
        hint="What counts as found: above 0, at most 0.5."
      />
    </>
  )
}

/** How much of the result is kept. */
export function KeepField(props: FieldsProps) {
  return (
    <DraftField
      {...props}
      name="keep"
      label="Keep the best"
      suffix="pairs"
      inputMode="numeric"
      hint="All tests count in the verdict; these many are listed."
    />
  )
}
