/** Jobs in rows, newest first: how far they are, why they failed, and what can be done about it. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, readFragment } from 'gql.tada'
import { Table, Td, Th, Tr } from '@/components/Table'
import { graphql } from '@/graphql/tada'
import { formatDuration, formatMoment } from '@/lib/dates'
import { CancelJobButton } from './CancelJobButton'
import { JobProgress, JobProgressFields } from './JobProgress'
import { JobStateBadge } from './JobStateBadge'
import { hasEnded, mayRetry } from './jobStates'
import { describeJob, JobSubjectFields } from './jobSubjects'
import { RetryJobButton } from './RetryJobButton'

export const JobRowFields = graphql(
  `
    fragment JobRowFields on Job {
      id
      state
      attempts
      ...JobProgressFields
      ...JobSubjectFields
      createdAt
      startedAt
      finishedAt
    }
  `,
  [JobProgressFields, JobSubjectFields],
)

type JobRow = FragmentOf<typeof JobRowFields>

const seconds = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : (Date.parse(to) - Date.parse(from)) / 1000

function Reason({ error }: { error: { code: string; message: string } | null }) {
  if (!error) return null
  return (
    <>
      <p className="text-ink">{error.message}</p>
      <p className="font-mono text-xs break-all">{error.code}</p>
    </>
  )
}

function Row({ job: masked }: { job: JobRow }) {
  const job = readFragment(JobRowFields, masked)
  const { title, page } = describeJob(job)
  const { state, attempts } = job
  return (
    <Tr>
      <Td className="align-top">
        {page ? (
          <Link {...page} className="font-medium text-accent hover:underline">
            {title}
          </Link>
        ) : (
          title
        )}
        {attempts > 1 && <p className="text-xs text-muted">Attempt {attempts}</p>}
      </Td>
      <Td className="align-top">
        <JobStateBadge state={state} />
      </Td>
      <Td className="min-w-64 max-w-md align-top whitespace-normal! text-muted">
        {hasEnded(state) ? (
          <Reason error={job.error} />
        ) : (
          <JobProgress label={`Progress: ${title}`} queued={state === 'QUEUED'} progress={job.progress} />
        )}
      </Td>
      <Td className="align-top text-muted">{formatMoment(job.createdAt)}</Td>
      <Td end className="align-top text-muted">
        {formatDuration(seconds(job.startedAt, job.finishedAt))}
      </Td>
      <Td end className="align-top">
        {!hasEnded(state) && <CancelJobButton id={job.id} stopping={state === 'CANCELLING'} />}
        {mayRetry(state) && <RetryJobButton id={job.id} />}
      </Td>
    </Tr>
  )
}

export function JobTable({ jobs }: { jobs: readonly (JobRow & { id: string })[] }) {
  return (
    <Table
      label="Jobs"
      head={
        <>
          <Th>Job</Th>
          <Th>State</Th>
          <Th>Progress</Th>
          <Th>Submitted</Th>
          <Th end>Took</Th>
          <Th aria-label="Actions" />
        </>
      }
    >
      {jobs.map((job) => (
        <Row key={job.id} job={job} />
      ))}
    </Table>
  )
}
