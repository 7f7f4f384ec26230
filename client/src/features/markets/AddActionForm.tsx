/** The form that makes a split or a dividend of an instrument known. */
import { type FormEvent, useState } from 'react'
import { useMutation } from 'urql'
import { Button } from '@/components/Button'
import { SelectField, TextField } from '@/components/Field'
import { Notice } from '@/components/Notice'
import { describeError, ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { NO_PROBLEMS, placeProblems } from '@/lib/problems'
import { type ActionDraft, NEW_ACTION, readAction } from './actionDraft'

const AddAction = graphql(
  `
    mutation AddAction($input: ImportCorporateActionsInput!) {
      importCorporateActions(input: $input) {
        __typename
        ... on Instrument {
          id
          corporateActions {
            kind
            exDate
            value
            source
          }
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

/** Fields as the problems of the only action name them. */
const FIELDS = ['actions.0.exDate', 'actions.0.value']

function useAddAction(instrumentId: string) {
  const [{ fetching }, run] = useMutation(AddAction)
  const [problems, setProblems] = useState(NO_PROBLEMS)
  const add = async (draft: ActionDraft): Promise<boolean> => {
    const read = readAction(draft)
    if ('mistake' in read) {
      setProblems({ fields: { 'actions.0.value': read.mistake }, form: [] })
      return false
    }
    setProblems(NO_PROBLEMS)
    const input = { instrumentId, source: 'by hand', actions: [read.action] }
    const { data, error } = await run({ input })
    const answer = data?.importCorporateActions
    if (error) setProblems({ fields: {}, form: [describeError(error)] })
    else if (answer && 'message' in answer) setProblems(placeProblems([answer], FIELDS))
    else return true
    return false
  }
  return { busy: fetching, problems, add }
}

export function AddActionForm({ instrumentId }: { instrumentId: string }) {
  const [draft, setDraft] = useState(NEW_ACTION)
  const { busy, problems, add } = useAddAction(instrumentId)
  const onDraft = (change: Partial<ActionDraft>) => setDraft((before) => ({ ...before, ...change }))
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    if (await add(draft)) setDraft({ ...NEW_ACTION, kind: draft.kind })
  }
  const split = draft.kind === 'SPLIT'
  return (
    <form
      aria-label="Add a split or a dividend"
      onSubmit={(event) => void onSubmit(event)}
      className="grid gap-3 px-4 pb-4 sm:px-5"
    >
      <div className="grid items-start gap-3 sm:grid-cols-3">
        <SelectField
          label="What happened"
          value={draft.kind}
          options={[
            { value: 'DIVIDEND', label: 'Dividend' },
            { value: 'SPLIT', label: 'Split' },
          ]}
          onValue={(kind) => onDraft({ kind, value: '' })}
        />
        <TextField
          label="Ex-date"
          type="date"
          required
          hint="The first day that trades with it."
          value={draft.exDate}
          problem={problems.fields['actions.0.exDate']}
          onText={(exDate) => onDraft({ exDate })}
        />
        <TextField
          label={split ? 'New shares for old' : 'Money per share'}
          autoComplete="off"
          required
          placeholder={split ? '4:1' : '0.24'}
          value={draft.value}
          problem={problems.fields['actions.0.value']}
          onText={(value) => onDraft({ value })}
        />
      </div>
      {problems.form.map((message) => (
        <Notice key={message} tone="problem" title="It cannot be added">
          {message}
        </Notice>
      ))}
      <Button type="submit" busy={busy} className="w-full sm:w-fit">
        Add
      </Button>
    </form>
  )
}
