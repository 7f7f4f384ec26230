/** Which column holds what: guessed by the server, corrected by a choice. */
import { SelectField, TextField } from '@/components/Field'
import { type ColumnRole, type ImportDraft, ROLES } from './importDraft'

const ROLE_WORDS: Record<ColumnRole, string> = {
  time: 'Time',
  symbol: 'Symbol',
  open: 'Open',
  high: 'High',
  low: 'Low',
  close: 'Close',
  volume: 'Volume',
}

interface ColumnFieldsProps {
  draft: ImportDraft
  /** What each role was taken from; a correction overrules it. */
  guessed: readonly { role: string; name: string }[]
  /** The file's columns; none while the file cannot be read. */
  header: readonly string[]
  /** A wide file has a column of prices per symbol, and roles beside them only for the time. */
  wide: boolean
  onDraft: (change: Partial<ImportDraft>) => void
}

export function ColumnFields({ draft, guessed, header, wide, onDraft }: ColumnFieldsProps) {
  const roles = wide ? ROLES.filter((role) => role === 'time') : ROLES
  const change = (role: ColumnRole) => (name: string) =>
    onDraft({ columns: { ...draft.columns, [role]: name } })
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 text-sm font-semibold">Columns</legend>
      <div className="grid grid-cols-2 items-start gap-3 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-7">
        {roles.map((role) => {
          const name = draft.columns[role] ?? guessed.find((meaning) => meaning.role === role)?.name ?? ''
          if (header.length === 0)
            return (
              <TextField
                key={role}
                label={ROLE_WORDS[role]}
                autoComplete="off"
                placeholder="Column"
                value={draft.columns[role] ?? ''}
                onText={change(role)}
              />
            )
          const names = [...new Set(header)].map((column) => ({
            value: column,
            label: column || '(unnamed)',
          }))
          const none = { value: '', label: 'not there' }
          return (
            <SelectField
              key={role}
              label={ROLE_WORDS[role]}
              value={name}
              options={name ? names : [none, ...names]}
              onValue={change(role)}
            />
          )
        })}
      </div>
    </fieldset>
  )
}
