/** In which campaign a trial is counted: its own by default, one of the viewer's, or a new one. */
import { useState } from 'react'
import { Button } from '@/components/Button'
import { SelectField, TextField } from '@/components/Field'
import { ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { useAction } from '@/graphql/useAction'
import { useAnswer } from '@/graphql/useAnswer'

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
  const { busy, problem, run } = useAction(CreateCampaign, (data) => data.createCampaign)
  const create = async () => {
    const campaign = await run({ input: { name } })
    if (campaign) onCreated(campaign.id)
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
      <Button busy={busy} disabled={!name.trim()} onClick={() => void create()} className="mt-6.5">
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
  const { data, problem: failure } = useAnswer({ query: CampaignChoices, requestPolicy: 'cache-and-network' })
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
        problem={problem ?? failure}
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
