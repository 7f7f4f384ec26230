/** In which campaign a trial is counted: its own by default, one of the viewer's, or a new one. */
import { useState } from 'react'
import { useMutation, useQuery } from 'urql'
import { Button } from '@/components/Button'
import { SelectField, TextField } from '@/components/Field'
import { describeError, ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'

const CampaignChoices = graphql(`
  query CampaignChoices {
    campaigns(first: 50) {
      nodes {
        id
        name
      }
    }
  }
`)

const CreateCampaign = graphql(
  `
    mutation CreateCampaign($input: CreateCampaignInput!) {
      createCampaign(input: $input) {
        __typename
        ... on Campaign {
          id
          name
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

const NEW = 'new'

function NewCampaign({ onCreated }: { onCreated: (id: string) => void }) {
  const [name, setName] = useState('')
  const [problem, setProblem] = useState<string>()
  const [{ fetching }, run] = useMutation(CreateCampaign)
  const create = async () => {
    const { data, error } = await run({ input: { name } })
    if (error || !data) return setProblem(error && describeError(error))
    const answer = data.createCampaign
    if (answer.__typename === 'Campaign') onCreated(answer.id)
    else setProblem(answer.message)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter in the field inside creates, instead of submitting
    <div
      className="flex items-start gap-2"
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return
        event.preventDefault()
        void create()
      }}
    >
      <TextField
        className="grow"
        label="Name of the new campaign"
        hint="The idea and its data in a few words"
        autoComplete="off"
        maxLength={90}
        value={name}
        problem={problem}
        onText={setName}
      />
      <Button busy={fetching} disabled={!name.trim()} onClick={() => void create()} className="mt-6.5">
        Create
      </Button>
    </div>
  )
}

interface CampaignFieldProps {
  /** The campaign that counts when nobody chooses, in words. */
  own: string
  /** Empty for its own. */
  campaignId: string
  problem: string | undefined
  onCampaign: (id: string) => void
}

export function CampaignField({ own, campaignId, problem, onCampaign }: CampaignFieldProps) {
  const [creating, setCreating] = useState(false)
  const [{ data, error }] = useQuery({ query: CampaignChoices, requestPolicy: 'cache-and-network' })
  const known = data?.campaigns.nodes ?? []
  const choose = (value: string) => {
    setCreating(value === NEW)
    onCampaign(value === NEW ? '' : value)
  }
  return (
    <div className="grid items-start gap-3 sm:grid-cols-2">
      <SelectField
        label="Count it in the campaign"
        hint="Every trial of an idea makes its best result less surprising"
        value={creating ? NEW : campaignId}
        problem={problem ?? (error && describeError(error))}
        options={[
          { value: '', label: own },
          ...known.map(({ id, name }) => ({ value: id, label: name })),
          { value: NEW, label: 'A new campaign…' },
        ]}
        onValue={choose}
      />
      {creating && (
        <NewCampaign
          onCreated={(id) => {
            setCreating(false)
            onCampaign(id)
          }}
        />
      )}
    </div>
  )
}
