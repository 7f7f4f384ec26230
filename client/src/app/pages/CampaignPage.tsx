/** One campaign: how many hypotheses were tried, by kind of work, and each piece of it. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { buttonClasses } from '@/components/Button'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { PageHeader } from '@/components/PageHeader'
import { Skeleton } from '@/components/Skeleton'
import { CountedWork } from '@/features/campaigns/CountedWork'
import { TrialShares, TrialSharesFields } from '@/features/campaigns/TrialShares'
import { describeCampaign } from '@/features/campaigns/trialWords'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatMoment } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'
import { NotFoundPage } from './NotFoundPage'

const route = getRouteApi('/campaigns/$id')

const CampaignQuery = graphql(
  `
    query Campaign($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on Campaign {
          name
          tried
          createdAt
          ...TrialSharesFields
        }
      }
    }
  `,
  [TrialSharesFields],
)

export function CampaignPage() {
  const { id } = route.useParams()
  const { data, problem, again } = useAnswer({
    query: CampaignQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  })
  const campaign = data?.node?.__typename === 'Campaign' ? data.node : undefined
  if (problem) return <Failure title="This campaign cannot be shown" message={problem} onRetry={again} />
  if (!data) return <Skeleton className="h-72" />
  if (!campaign) return <NotFoundPage what="such a campaign" />
  return (
    <>
      <PageHeader
        title={campaign.name}
        description={`Begun ${formatMoment(campaign.createdAt)}`}
        actions={
          <Link to="/campaigns" className={buttonClasses()}>
            All campaigns
          </Link>
        }
      />
      <div className="grid gap-6">
        <Card
          title={`Tried ${formatCount(campaign.tried)}`}
          hint="Each trial counts once, whatever became of it."
        >
          {campaign.tried === 0 ? (
            <EmptyState title="Nothing yet">Runs are counted when they succeed.</EmptyState>
          ) : (
            <div className="grid gap-5">
              <p className="max-w-prose">{describeCampaign(campaign.tried)}</p>
              <TrialShares campaign={campaign} />
            </div>
          )}
        </Card>
        {campaign.tried > 0 && <CountedWork campaignId={campaign.id} />}
      </div>
    </>
  )
}
