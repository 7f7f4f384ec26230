/** A job while it runs: state, bar, message and time left; afterwards why it ended without a result. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Card } from '@/components/Card'
import { Notice } from '@/components/Notice'
import { graphql } from '@/graphql/tada'
import { CancelJobButton } from './CancelJobButton'
import { JobProgress, JobProgressFields } from './JobProgress'
import { JobStateBadge } from './JobStateBadge'
import { hasEnded } from './jobStates'
import { RetryJobButton } from './RetryJobButton'

export const JobPanelFields = graphql(
  `
    fragment JobPanelFields on Job {
      id
      state
      attempts
      ...JobProgressFields
    }
  `,
  [JobProgressFields],
)

export function JobPanel({ job: masked }: { job: FragmentOf<typeof JobPanelFields> }) {
  const job = readFragment(JobPanelFields, masked)
  if (job.state === 'FAILED') {
    return (
      <Notice tone="problem" title="The run failed" actions={<RetryJobButton id={job.id} />}>
        <p>{job.error?.message ?? 'No reason was recorded.'}</p>
        {job.error && <p className="mt-1 font-mono text-xs text-muted">{job.error.code}</p>}
      </Notice>
    )
  }
  if (job.state === 'CANCELLED') {
    return (
      <Notice tone="warning" title="The run was cancelled" actions={<RetryJobButton id={job.id} />}>
        It has no result.
      </Notice>
    )
  }
  if (hasEnded(job.state)) return null
  return (
    <Card
      title={
        <span className="flex items-center gap-3">
          Progress <JobStateBadge state={job.state} />
        </span>
      }
      actions={<CancelJobButton id={job.id} stopping={job.state === 'CANCELLING'} />}
    >
      <JobProgress label="Progress" queued={job.state === 'QUEUED'} progress={job.progress} />
      {job.attempts > 1 && <p className="mt-1 text-sm text-muted">Attempt {job.attempts}</p>}
    </Card>
  )
}
