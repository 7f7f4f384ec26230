/** Who joins a universe, and from when until when. */
import { TextField } from '@/components/Field'
import { SymbolsPicker } from './SymbolsPicker'
import type { MembersDraft } from './useUniverseChange'

interface MembersFieldsProps {
  draft: MembersDraft
  problem: string | undefined
  onDraft: (draft: MembersDraft) => void
}

export function MembersFields({ draft, problem, onDraft }: MembersFieldsProps) {
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <SymbolsPicker
        symbols={draft.symbols}
        problem={problem}
        onSymbols={(symbols) => onDraft({ ...draft, symbols })}
      />
      <div className="grid grid-cols-2 gap-3">
        <TextField
          type="date"
          label="Members from"
          hint="Empty: always"
          value={draft.since}
          onText={(since) => onDraft({ ...draft, since })}
        />
        <TextField
          type="date"
          label="until before"
          hint="Empty: without end"
          value={draft.until}
          onText={(until) => onDraft({ ...draft, until })}
        />
      </div>
    </div>
  )
}
