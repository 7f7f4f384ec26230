/** All of the viewer's backtests. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useQuery } from 'urql'
import { buttonClasses } from '@/components/Button'
import { EmptyState } from '@/components/EmptyState'
import { PagedList } from '@/components/PagedList'
import { PageHeader } from '@/components/PageHeader'
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
  const again = () => ask({ requestPolicy: 'network-only' })
  useReconnect(again)
  return (
    <>
      <PageHeader
        title="Backtests"
        description="Newest first. States follow the runs as they happen."
        actions={
          <Link to="/backtests/compare" className={buttonClasses()}>
            Compare two
          </Link>
        }
      />
      <PagedList
        title="My backtests"
        what="The backtests"
        page={data?.backtests}
        fetching={fetching}
        problem={error && describeError(error)}
        empty={
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
        }
        onRetry={again}
        onMore={setAfter}
      >
        {(backtests) => <BacktestTable backtests={backtests} />}
      </PagedList>
    </>
  )
}
