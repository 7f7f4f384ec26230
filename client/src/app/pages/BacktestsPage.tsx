/** All of the viewer's backtests. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { buttonClasses } from '@/components/Button'
import { EmptyState } from '@/components/EmptyState'
import { PagedList } from '@/components/PagedList'
import { PageHeader } from '@/components/PageHeader'
import { BacktestRowFields, BacktestTable } from '@/features/backtests/BacktestTable'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
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
  const { data, problem, fetching, again } = useAnswer({
    query: Backtests,
    variables: { first: PAGE, after },
  })
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
        problem={problem}
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
