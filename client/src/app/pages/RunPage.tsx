/** What every page of a run has alike: live while it runs, its result afterwards, what was asked for below. */
import type { FragmentOf } from 'gql.tada'
import type { ReactNode } from 'react'
import { Card } from '@/components/Card'
import { Failure } from '@/components/Failure'
import { PageHeader } from '@/components/PageHeader'
import { Skeleton } from '@/components/Skeleton'
import { JobPanel, type JobPanelFields } from '@/features/jobs/JobPanel'
import { JobStateBadge } from '@/features/jobs/JobStateBadge'
import type { JobState } from '@/features/jobs/jobStates'
import { useJobUpdates } from '@/features/jobs/useJobUpdates'
import type { Answer } from '@/graphql/useAnswer'
import { formatMoment } from '@/lib/dates'
import { NotFoundPage } from './NotFoundPage'

interface Run {
  createdAt: string
  job: { id: string; state: JobState } & FragmentOf<typeof JobPanelFields>
}

interface RunPageProps<Row extends Run> {
  /** What it is a run of, as in "this sweep". */
  what: string
  answer: Answer<unknown>
  /** The row of the answer, if there is such a run. */
  run: Row | undefined
  children: (run: Row) => ReactNode
}

/** Follows the run, and says why where there is none to show. */
export function RunPage<Row extends Run>({ what, answer, run, children }: RunPageProps<Row>) {
  const { data, problem, again } = answer
  useJobUpdates(run?.job)
  if (problem) return <Failure title={`This ${what} cannot be shown`} message={problem} onRetry={again} />
  if (!data) return <Skeleton className="h-[40rem]" />
  return run ? children(run) : <NotFoundPage what={`such a ${what}`} />
}

interface RunViewProps {
  run: Run
  title: string
  /** The title as the page shows it, where it is more than text. */
  heading?: ReactNode
  actions: ReactNode
  /** Shown once the run has succeeded. */
  result: ReactNode
  /** What was asked for. */
  recap: ReactNode
}

export function RunView({ run: { job, createdAt }, title, heading, actions, result, recap }: RunViewProps) {
  return (
    <>
      <PageHeader
        title={title}
        heading={
          <span className="flex flex-wrap items-center gap-x-3">
            {heading ?? title} <JobStateBadge state={job.state} />
          </span>
        }
        description={`Started ${formatMoment(createdAt)}`}
        actions={actions}
      />
      <div className="grid gap-6">
        <JobPanel job={job} />
        {job.state === 'SUCCEEDED' && result}
        <Card title="What was asked for">{recap}</Card>
      </div>
    </>
  )
}
