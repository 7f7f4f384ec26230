/** Chooses a password, with the present one as proof where it takes one. */
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/Button'
import { TextField } from '@/components/Field'
import { Notice } from '@/components/Notice'
import { formatCount } from '@/lib/numbers'
import { usePasswordChange } from './usePasswordChange'

const SHORTEST = 12
const LONGEST = 128
const EMPTY = { present: '', new: '', again: '' }

interface PasswordFormProps {
  /** Whose it is, for password managers. */
  user: string
  isSet: boolean
  asksPresent: boolean
}

function mistakesOf(draft: typeof EMPTY, asksPresent: boolean): Record<string, string> {
  const length = [...draft.new].length
  if (asksPresent && !draft.present) return { present: 'Type your present password.' }
  if (length < SHORTEST || length > LONGEST)
    return { new: `A password has ${SHORTEST} to ${LONGEST} characters; this has ${formatCount(length)}.` }
  return draft.new === draft.again ? {} : { again: 'This is not what you typed above.' }
}

const endedWords = (ended: number): string => {
  if (ended === 0) return 'No other session was open.'
  return ended === 1
    ? 'Your other session has ended.'
    : `Your ${formatCount(ended)} other sessions have ended.`
}

export function PasswordForm({ user, isSet, asksPresent }: PasswordFormProps) {
  const [draft, setDraft] = useState(EMPTY)
  const [ended, setEnded] = useState<number>()
  const { busy, problems, refuse, change } = usePasswordChange()

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    setEnded(undefined)
    const mistakes = mistakesOf(draft, asksPresent)
    if (Object.keys(mistakes).length > 0) return refuse(mistakes)
    const others = await change({ new: draft.new, present: asksPresent ? draft.present : null })
    if (others === undefined) return
    setEnded(others)
    setDraft(EMPTY)
  }

  const field = (name: keyof typeof EMPTY) => ({
    type: 'password',
    required: true,
    value: draft[name],
    problem: problems.fields[name],
    onText: (text: string) => setDraft({ ...draft, [name]: text }),
  })
  return (
    <form
      noValidate
      method="post"
      aria-label="Password"
      onSubmit={(event) => void onSubmit(event)}
      className="grid max-w-md gap-4"
    >
      <input type="text" name="username" autoComplete="username" value={user} readOnly hidden />
      {asksPresent && (
        <TextField label="Present password" autoComplete="current-password" {...field('present')} />
      )}
      <TextField
        label="New password"
        hint={`${SHORTEST} to ${LONGEST} characters of any kind; a few words are long enough and easy to remember`}
        autoComplete="new-password"
        {...field('new')}
      />
      <TextField label="New password again" autoComplete="new-password" {...field('again')} />
      {problems.form.map((message) => (
        <Notice key={message} tone="problem">
          {message}
        </Notice>
      ))}
      <Button type="submit" look="primary" busy={busy} className="w-full sm:w-fit">
        {isSet ? 'Change password' : 'Set password'}
      </Button>
      {ended !== undefined && <Notice title="Your new password holds">{endedWords(ended)}</Notice>}
    </form>
  )
}
