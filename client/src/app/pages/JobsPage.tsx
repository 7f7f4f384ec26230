/** The job centre: all of the viewer's jobs, live, narrowed by state. */
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { Card } from '@/components/Card'
import { ChoiceButtons } from '@/components/ChoiceButtons'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { LoadMore } from '@/components/LoadMore'
import { PageHeader } from '@/components/PageHeader'
import { SkeletonRows } from '@/components/Skeleton'
import { JobRowFields, JobTable } from '@/features/jobs/JobTable'
import { JOB_CHOICES, type JobChoice, readJobView } from '@/features/jobs/jobStates'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { useReconnect } from '../useReconnect'
import { useView } from '../useView'

const PAGE = 20
const route = getRouteApi('/jobs')

const Jobs = graphql(
  `
    query Jobs($where: JobFilter, $first: Int!, $after: String) {
      jobs(where: $where, first: $first, after: $after) {
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

const OPTIONS = (Object.keys(JOB_CHOICES) as JobChoice[]).map((value) => ({
  value,
  label: JOB_CHOICES[value].label,
}))

function JobList({ choice }: { choice: JobChoice }) {
  const [after, setAfter] = useState<string | null>(null)
  const { label, states } = JOB_CHOICES[choice]
  const where = states && { state: { in: [...states] } }
  const { data, problem, fetching, again } = useAnswer({
    query: Jobs,
    variables: { where, first: PAGE, after },
  })
  useReconnect(again)
  const jobs = data?.jobs
  if (problem) return <Failure title="The jobs cannot be shown" message={problem} onRetry={again} />
  if (!jobs) return <SkeletonRows />
  if (jobs.nodes.length === 0 && states)
    return <EmptyState title="No such jobs">None of your jobs is {label.toLowerCase()}.</EmptyState>
  if (jobs.nodes.length === 0)
    return (
      <EmptyState title="No jobs yet">Imports, scans and backtests appear here while they run.</EmptyState>
    )
  return (
    <>
      <JobTable jobs={jobs.nodes} />
      <LoadMore page={jobs} fetching={fetching} onMore={setAfter} />
    </>
  )
}

export function JobsPage() {
  const { state = 'all' } = useView('/jobs')
  const navigate = route.useNavigate()
  return (
    <>
      <PageHeader title="Jobs" description="Long work that runs in the background, newest first." />
      <Card
        title="My jobs"
        flush
        actions={
          <ChoiceButtons
            label="Which jobs"
            options={OPTIONS}
            chosen={state}
            onChoose={(next) =>
              void navigate({
                search: readJobView({ state: next }),
                replace: true,
                resetScroll: false,
              })
            }
          />
        }
      >
        <JobList key={state} choice={state} />
      </Card>
    </>
  )
}
