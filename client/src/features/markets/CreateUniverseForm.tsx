/** The form for a universe. */
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/Button'
import { TextField } from '@/components/Field'
import { Problems } from '@/components/Problems'
import { MembersFields } from './MembersFields'
import { NO_MEMBERS, useUniverseChange } from './useUniverseChange'

export function CreateUniverseForm() {
  const [name, setName] = useState('')
  const [note, setNote] = useState('')
  const [members, setMembers] = useState(NO_MEMBERS)
  const { busy, problems, create } = useUniverseChange()
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    if (!(await create(name, note, members))) return
    setName('')
    setNote('')
    setMembers(NO_MEMBERS)
  }
  return (
    <form aria-label="New universe" onSubmit={(event) => void onSubmit(event)} className="grid gap-4">
      <div className="grid items-start gap-3 sm:grid-cols-2">
        <TextField
          label="Name"
          autoComplete="off"
          required
          value={name}
          problem={problems.fields['name']}
          onText={setName}
        />
        <TextField
          label="Note"
          autoComplete="off"
          placeholder="What it is for"
          value={note}
          problem={problems.fields['note']}
          onText={setNote}
        />
      </div>
      <MembersFields draft={members} problem={problems.fields['members']} onDraft={setMembers} />
      <Problems title="The universe cannot be made" messages={problems.form} />
      <Button type="submit" look="primary" busy={busy} className="w-full sm:w-fit">
        Create universe
      </Button>
    </form>
  )
}
