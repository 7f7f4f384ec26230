/** Signs in with a name and a password; what was wrong stands beside its field. */
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/Button'
import { TextField } from '@/components/Field'
import { Notice } from '@/components/Notice'
import { signIn, startAfresh } from '@/graphql/session'
import { NO_PROBLEMS, placeProblems } from '@/lib/problems'

const FIELDS = ['name', 'password']

const missing = (name: string, password: string): Record<string, string> => ({
  ...(name.trim() ? {} : { name: 'Type your name.' }),
  ...(password ? {} : { password: 'Type your password.' }),
})

/** Put the cursor where something is to be corrected. */
function correct(form: HTMLFormElement, field: string): void {
  const input = form.elements.namedItem(field === 'name' ? 'username' : 'password')
  if (!(input instanceof HTMLInputElement)) return
  input.focus()
  input.select()
}

export function SignInForm() {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [problems, setProblems] = useState(NO_PROBLEMS)

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const mistakes = missing(name, password)
    const [first] = Object.keys(mistakes)
    if (first) {
      setProblems({ fields: mistakes, form: [] })
      return correct(form, first)
    }
    setBusy(true)
    setProblems(NO_PROBLEMS)
    const problem = await signIn(name, password)
    // The page that comes begins anew: until then the button stays as it is.
    if (!problem) return startAfresh()
    setBusy(false)
    setProblems(placeProblems([problem], FIELDS))
    correct(form, 'password')
  }

  return (
    <form
      noValidate
      method="post"
      action="/sign-in"
      aria-label="Sign in"
      onSubmit={(event) => void onSubmit(event)}
      className="grid gap-4 rounded-lg border border-line bg-surface p-4 sm:p-5"
    >
      <TextField
        label="Name"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        value={name}
        problem={problems.fields['name']}
        onText={setName}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        problem={problems.fields['password']}
        onText={setPassword}
      />
      {problems.form.map((message) => (
        <Notice key={message} tone="problem">
          {message}
        </Notice>
      ))}
      <Button type="submit" look="primary" busy={busy}>
        Sign in
      </Button>
    </form>
  )
}
