/** All of the viewer's backtests. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useQuery } from 'urql'
import { buttonClasses } from '@/components/Button'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { LoadMore } from '@/components/LoadMore'
import { PageHeader } from '@/components/PageHeader'
import { SkeletonRows } from '@/components/Skeleton'
import { BacktestRowFields, BacktestTable } from '@/features/backtests/BacktestTable'
import { describeError } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { useReconnect } from '../useReconnect'

const PAGE = 20

const Backtests = graphql(
  `
    query Backtests($first: Int!, $after: String) {
      backtests(first: $first, after: $after) {
        nodes {
          id
          ...BacktestRowFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  `,
  [BacktestRowFields],
)

export function BacktestsPage() {
  const [after, setAfter] = useState<string | null>(null)
  const [{ data, error, fetching }, ask] = useQuery({ query: Backtests, variables: { first: PAGE, after } })
  useReconnect(() => ask({ requestPolicy: 'network-only' }))
  const backtests = data?.backtests
  return (
    <>
      <PageHeader title="Backtests" description="Newest first. States follow the runs as they happen." />
      {error && (
        <Failure
          title="The backtests cannot be shown"
          message={describeError(error)}
          onRetry={() => ask({ requestPolicy: 'network-only' })}
        />
      )}
      <Card title="My backtests" flush>
        {!backtests && fetching && <SkeletonRows />}
        {backtests && backtests.nodes.length === 0 && (
          <EmptyState
            title="No backtests yet"
            action={
              <Link to="/pairs" className={buttonClasses('primary')}>
                Choose a pair
              </Link>
            }
          >
            A pair’s page has the form that starts one.
          </EmptyState>
        )}
        {backtests && backtests.nodes.length > 0 && (
          <>
            <BacktestTable backtests={backtests.nodes} />
            <LoadMore
              pageInfo={backtests.pageInfo}
              fetching={fetching}
              shown={backtests.nodes.length}
              total={backtests.totalCount}
              onMore={setAfter}
            />
          </>
        )}
      </Card>
    </>
  )
}
