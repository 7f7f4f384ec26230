/** All of the viewer's jobs. */
import { useState } from 'react'
import { useQuery } from 'urql'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { LoadMore } from '@/components/LoadMore'
import { PageHeader } from '@/components/PageHeader'
import { SkeletonRows } from '@/components/Skeleton'
import { JobRowFields, JobTable } from '@/features/jobs/JobTable'
import { describeError } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { useReconnect } from '../useReconnect'

const PAGE = 20

const Jobs = graphql(
  `
    query Jobs($first: Int!, $after: String) {
      jobs(first: $first, after: $after) {
        nodes {
          id
          ...JobRowFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  `,
  [JobRowFields],
)

export function JobsPage() {
  const [after, setAfter] = useState<string | null>(null)
  const [{ data, error, fetching }, ask] = useQuery({ query: Jobs, variables: { first: PAGE, after } })
  useReconnect(() => ask({ requestPolicy: 'network-only' }))
  const jobs = data?.jobs
  return (
    <>
      <PageHeader title="Jobs" description="Long work that runs in the background, newest first." />
      {error && (
        <Failure
          title="The jobs cannot be shown"
          message={describeError(error)}
          onRetry={() => ask({ requestPolicy: 'network-only' })}
        />
      )}
      <Card title="My jobs" flush>
        {!jobs && fetching && <SkeletonRows />}
        {jobs && jobs.nodes.length === 0 && (
          <EmptyState title="No jobs yet">Start a backtest from a pair’s page.</EmptyState>
        )}
        {jobs && jobs.nodes.length > 0 && (
          <>
            <JobTable jobs={jobs.nodes} />
            <LoadMore
              pageInfo={jobs.pageInfo}
              fetching={fetching}
              shown={jobs.nodes.length}
              total={jobs.totalCount}
              onMore={setAfter}
            />
          </>
        )}
      </Card>
    </>
  )
}
