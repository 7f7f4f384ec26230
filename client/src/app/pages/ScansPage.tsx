/** All of the viewer's scans, and the form that starts one. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { buttonClasses } from '@/components/Button'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { PagedList } from '@/components/PagedList'
import { PageHeader } from '@/components/PageHeader'
import { ScanRowFields, ScanTable } from '@/features/scans/ScanTable'
import { StartScanForm } from '@/features/scans/StartScanForm'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { useReconnect } from '../useReconnect'

const PAGE = 20

const Scans = graphql(
  `
    query Scans($first: Int!, $after: String) {
      scans(first: $first, after: $after) {
        nodes {
          id
          ...ScanRowFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  `,
  [ScanRowFields],
)

export function ScansPage() {
  const [after, setAfter] = useState<string | null>(null)
  const { data, problem, fetching, again } = useAnswer({ query: Scans, variables: { first: PAGE, after } })
  useReconnect(again)
  return (
    <>
      <PageHeader
        title="Scans"
        description="Test every pair of a universe for cointegration, and count the tests."
        actions={
          <Link to="/scans/explore" className={buttonClasses()}>
            Explore by hand
          </Link>
        }
      />
      <div className="grid gap-6">
        <Card title="New scan" hint="Both directions of every pair are tested: y on x, and x on y.">
          <StartScanForm />
        </Card>
        <PagedList
          title="My scans"
          what="The scans"
          page={data?.scans}
          fetching={fetching}
          problem={problem}
          empty={
            <EmptyState title="No scans yet">
              Start one above: the sample data takes under a second.
            </EmptyState>
          }
          onRetry={again}
          onMore={setAfter}
        >
          {(scans) => <ScanTable scans={scans} />}
        </PagedList>
      </div>
    </>
  )
}
