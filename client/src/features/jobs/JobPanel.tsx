/** A job while it runs: state, bar, message and time left; afterwards why it ended without a result. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Card } from '@/components/Card'
import { Notice } from '@/components/Notice'
import { ProgressBar } from '@/components/ProgressBar'
import { graphql } from '@/graphql/tada'
import { formatDuration } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'
import { CancelJobButton } from './CancelJobButton'
import { JobStateBadge } from './JobStateBadge'
import { hasEnded } from './jobStates'

export const JobPanelFields = graphql(`
  fragment JobPanelFields on Job {
    id
    state
    attempts
    progress {
      done
      total
      fraction
      message
      etaSeconds
    }
    error {
      code
      message
    }
  }
`)

export function JobPanel({ job: masked }: { job: FragmentOf<typeof JobPanelFields> }) {
  const job = readFragment(JobPanelFields, masked)
  if (job.state === 'FAILED') {
    return (
      <Notice tone="problem" title="The run failed">
        <p>{job.error?.message ?? 'No reason was recorded.'}</p>
        {job.error && <p className="mt-1 font-mono text-xs text-muted">{job.error.code}</p>}
      </Notice>
    )
  }
  if (job.state === 'CANCELLED') {
    return (
      <Notice tone="warning" title="The run was cancelled">
        It has no result.
      </Notice>
    )
  }
  if (hasEnded(job.state)) return null
  const { progress } = job
  return (
    <Card
      title={
        <span className="flex items-center gap-3">
          Progress <JobStateBadge state={job.state} />
        </span>
      }
      actions={<CancelJobButton id={job.id} stopping={job.state === 'CANCELLING'} />}
    >
      <ProgressBar label="Progress" fraction={job.state === 'QUEUED' ? 0 : progress.fraction} />
      <div aria-live="polite" className="mt-2 flex flex-wrap justify-between gap-x-6 text-sm text-muted">
        <p>{progress.message || (job.state === 'QUEUED' ? 'Waiting for a worker' : 'Working')}</p>
        <p>
          {progress.total > 0 && `${formatCount(progress.done)} of ${formatCount(progress.total)}`}
          {progress.etaSeconds !== null && ` · about ${formatDuration(progress.etaSeconds)} left`}
        </p>
      </div>
      {job.attempts > 1 && <p className="mt-1 text-sm text-muted">Attempt {job.attempts}</p>}
    </Card>
  )
}
