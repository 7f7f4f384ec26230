/** All of the viewer's campaigns: what was tried, so that luck can be told from skill. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { buttonClasses } from '@/components/Button'
import { EmptyState } from '@/components/EmptyState'
import { PagedList } from '@/components/PagedList'
import { PageHeader } from '@/components/PageHeader'
import { CampaignRowFields, CampaignTable } from '@/features/campaigns/CampaignTable'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { useReconnect } from '../useReconnect'

const PAGE = 20

const Campaigns = graphql(
  `
    query Campaigns($first: Int!, $after: String) {
      campaigns(first: $first, after: $after) {
        nodes {
          id
          ...CampaignRowFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  `,
  [CampaignRowFields],
)

export function CampaignsPage() {
  const [after, setAfter] = useState<string | null>(null)
  const { data, problem, fetching, again } = useAnswer({
    query: Campaigns,
    variables: { first: PAGE, after },
    // Every run that ends counts.
    requestPolicy: 'cache-and-network',
  })
  useReconnect(again)
  return (
    <>
      <PageHeader
        title="Campaigns"
        description="Every scan, sweep, walk-forward and backtest counts once and permanently: the more was tried, the better the best must be."
      />
      <PagedList
        title="My campaigns"
        what="The campaigns"
        page={data?.campaigns}
        fetching={fetching}
        problem={problem}
        empty={
          <EmptyState
            title="Nothing was tried yet"
            action={
              <Link to="/pairs" className={buttonClasses('primary')}>
                Choose a pair
              </Link>
            }
          >
            The first run of a pair or a universe begins its campaign.
          </EmptyState>
        }
        onRetry={again}
        onMore={setAfter}
      >
        {(campaigns) => <CampaignTable campaigns={campaigns} />}
      </PagedList>
    </>
  )
}
