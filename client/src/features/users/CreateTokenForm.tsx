/** Makes an access token; its secret is shown this once. */
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/Button'
import { SelectField, TextField } from '@/components/Field'
import { Problems } from '@/components/Problems'
import { SecretOnce } from '@/components/SecretOnce'
import { NAME_MAX, NEW_TOKEN, readTokenDraft, SCOPES } from './tokenDraft'
import { type CreatedToken, useTokenCreation } from './useTokenCreation'

function Made({ made, onDone }: { made: CreatedToken; onDone: () => void }) {
  return (
    <SecretOnce
      title={`“${made.token.name}” is made. Copy it now: it is not shown again.`}
      secret={made.secret}
      what="token"
      onDone={onDone}
    >
      <p>
        Programs send it as <code className="font-mono">Authorization: Bearer titan_…</code>; treat it like a
        password.
      </p>
    </SecretOnce>
  )
}

export function CreateTokenForm() {
  const [draft, setDraft] = useState(NEW_TOKEN)
  const [made, setMade] = useState<CreatedToken>()
  const { busy, problems, refuse, submit } = useTokenCreation()

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const read = readTokenDraft(draft)
    if ('mistakes' in read) return refuse(read.mistakes)
    const created = await submit(read.input)
    if (!created) return
    setMade(created)
    setDraft(NEW_TOKEN)
  }

  return (
    <form
      noValidate
      aria-label="New access token"
      onSubmit={(event) => void onSubmit(event)}
      className="grid gap-4"
    >
      <div className="grid items-start gap-3 sm:grid-cols-[2fr_2fr_1fr]">
        <TextField
          label="Name"
          autoComplete="off"
          required
          maxLength={NAME_MAX}
          placeholder="notebook"
          value={draft.name}
          problem={problems.fields['name']}
          onText={(name) => setDraft({ ...draft, name })}
        />
        <SelectField
          label="It may"
          value={draft.scope}
          options={SCOPES}
          problem={problems.fields['scope']}
          onValue={(scope) => setDraft({ ...draft, scope })}
        />
        <TextField
          label="Works for"
          suffix="days"
          inputMode="numeric"
          autoComplete="off"
          required
          value={draft.days}
          problem={problems.fields['expiresInDays']}
          onText={(days) => setDraft({ ...draft, days })}
        />
      </div>
      <Problems messages={problems.form} />
      <Button type="submit" look="primary" busy={busy} className="w-full sm:w-fit">
        Create token
      </Button>
      {made && <Made key={made.token.id} made={made} onDone={() => setMade(undefined)} />}
    </form>
  )
}
