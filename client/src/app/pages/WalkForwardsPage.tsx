/** All of the viewer's walk-forwards, and the form that starts one. */
import { useState } from 'react'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { PagedList } from '@/components/PagedList'
import { PageHeader } from '@/components/PageHeader'
import { StartWalkForm } from '@/features/walk_forwards/StartWalkForm'
import { WalkRowFields, WalkTable } from '@/features/walk_forwards/WalkTable'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { useReconnect } from '../useReconnect'

const PAGE = 20

const WalkForwards = graphql(
  `
    query WalkForwards($first: Int!, $after: String) {
      walkForwards(first: $first, after: $after) {
        nodes {
          id
          ...WalkRowFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  `,
  [WalkRowFields],
)

export function WalkForwardsPage() {
  const [after, setAfter] = useState<string | null>(null)
  const { data, problem, fetching, again } = useAnswer({
    query: WalkForwards,
    variables: { first: PAGE, after },
  })
  useReconnect(again)
  return (
    <>
      <PageHeader
        title="Walk-forwards"
        description="Choose on the past, trade what follows, move on: what a strategy would have earned without hindsight."
      />
      <div className="grid gap-6">
        <Card title="New walk-forward" hint="Each step chooses pairs and parameters on its own past only.">
          <StartWalkForm />
        </Card>
        <PagedList
          title="My walk-forwards"
          what="The walk-forwards"
          page={data?.walkForwards}
          fetching={fetching}
          problem={problem}
          empty={
            <EmptyState title="No walk-forwards yet">
              Start one above: the sample data takes seconds.
            </EmptyState>
          }
          onRetry={again}
          onMore={setAfter}
        >
          {(walks) => <WalkTable walks={walks} />}
        </PagedList>
      </div>
    </>
  )
}
