/** Lets instruments join a universe, and forgets it after asking. */
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/Button'
import { LazySection } from '@/components/LazySection'
import { MembersFields } from './MembersFields'
import { NO_MEMBERS, useUniverseChange } from './useUniverseChange'

interface UniverseActionsProps {
  id: string
  name: string
}

function JoinForm({ id, name }: UniverseActionsProps) {
  const [members, setMembers] = useState(NO_MEMBERS)
  const { busy, problems, join } = useUniverseChange()
  const messages = [...problems.form, ...Object.values(problems.fields)]
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    if (await join(id, members)) setMembers(NO_MEMBERS)
  }
  return (
    <form
      aria-label={`Add members to ${name}`}
      onSubmit={(event) => void onSubmit(event)}
      className="grid gap-3"
    >
      <MembersFields draft={members} problem={messages.join(' ') || undefined} onDraft={setMembers} />
      <Button
        type="submit"
        size="small"
        busy={busy}
        disabled={members.symbols.length === 0}
        className="w-full sm:w-fit"
      >
        Add {members.symbols.length > 0 ? members.symbols.join(', ') : 'members'}
      </Button>
    </form>
  )
}

export function UniverseActions({ id, name }: UniverseActionsProps) {
  const { busy, problems, remove } = useUniverseChange()
  const onRemove = () => {
    if (window.confirm(`Forget the universe ${name}? Its instruments stay.`)) void remove(id)
  }
  return (
    <>
      <LazySection title="Add members" hint="also for a stretch of days">
        {() => <JoinForm id={id} name={name} />}
      </LazySection>
      <div className="border-t border-line px-4 py-2.5 sm:px-5">
        <Button look="quiet" size="small" busy={busy} onClick={onRemove}>
          Forget this universe
        </Button>
        {problems.form.map((message) => (
          <p key={message} role="alert" className="text-sm text-loss">
            {message}
          </p>
        ))}
      </div>
    </>
  )
}
