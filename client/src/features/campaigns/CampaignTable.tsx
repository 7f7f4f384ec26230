/** Campaigns in rows: what was tried, how often, and by what. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, readFragment } from 'gql.tada'
import { Table, Td, Th, Tr } from '@/components/Table'
import { graphql } from '@/graphql/tada'
import { formatMoment } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'
import { countTrials } from './trialWords'

export const CampaignRowFields = graphql(`
  fragment CampaignRowFields on Campaign {
    id
    name
    tried
    trials {
      kind
      tried
    }
    createdAt
  }
`)

type CampaignRow = FragmentOf<typeof CampaignRowFields>

function Row({ campaign: masked }: { campaign: CampaignRow }) {
  const { id, name, tried, trials, createdAt } = readFragment(CampaignRowFields, masked)
  return (
    <Tr>
      <Td>
        <Link to="/campaigns/$id" params={{ id }} className="font-medium text-accent hover:underline">
          {name}
        </Link>
      </Td>
      <Td end>{formatCount(tried)}</Td>
      <Td className="text-muted">
        {trials.map((share) => countTrials(share.kind, share.tried)).join(' · ') || 'nothing yet'}
      </Td>
      <Td className="text-muted">{formatMoment(createdAt)}</Td>
    </Tr>
  )
}

export function CampaignTable({ campaigns }: { campaigns: readonly (CampaignRow & { id: string })[] }) {
  return (
    <Table
      label="Campaigns"
      head={
        <>
          <Th>Campaign</Th>
          <Th end>Tried</Th>
          <Th>By kind</Th>
          <Th>Begun</Th>
        </>
      }
    >
      {campaigns.map((campaign) => (
        <Row key={campaign.id} campaign={campaign} />
      ))}
    </Table>
  )
}
