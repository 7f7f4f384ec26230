/** Jobs in rows, newest first. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, readFragment } from 'gql.tada'
import { ProgressBar } from '@/components/ProgressBar'
import { Table, Td, Th, Tr } from '@/components/Table'
import { graphql } from '@/graphql/tada'
import { formatDuration, formatMoment } from '@/lib/dates'
import { JobStateBadge } from './JobStateBadge'
import { hasEnded, kindWord } from './jobStates'

export const JobRowFields = graphql(`
  fragment JobRowFields on Job {
    id
    kind
    state
    progress {
      fraction
      message
    }
    error {
      message
    }
    subject {
      __typename
      id
    }
    createdAt
    startedAt
    finishedAt
  }
`)

/** Where a job's subject is shown. */
const ROOMS: Record<string, '/backtests/$id' | '/scans/$id'> = {
  Backtest: '/backtests/$id',
  Scan: '/scans/$id',
}

type JobRow = FragmentOf<typeof JobRowFields>

const seconds = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : (Date.parse(to) - Date.parse(from)) / 1000

function Row({ job: masked }: { job: JobRow }) {
  const job = readFragment(JobRowFields, masked)
  const name = kindWord(job.kind)
  const room = ROOMS[job.subject?.__typename ?? '']
  return (
    <Tr>
      <Td>
        {room && job.subject ? (
          <Link to={room} params={{ id: job.subject.id }} className="font-medium text-accent hover:underline">
            {name}
          </Link>
        ) : (
          name
        )}
      </Td>
      <Td>
        <JobStateBadge state={job.state} />
      </Td>
      <Td className="min-w-48 text-muted">
        {hasEnded(job.state) ? (
          <span className="block max-w-96 truncate">{job.error?.message ?? ''}</span>
        ) : (
          <ProgressBar label={`Progress of ${name}`} fraction={job.progress.fraction} />
        )}
      </Td>
      <Td className="text-muted">{formatMoment(job.createdAt)}</Td>
      <Td end className="text-muted">
        {formatDuration(seconds(job.startedAt, job.finishedAt))}
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
        </>
      }
    >
      {jobs.map((job) => (
        <Row key={job.id} job={job} />
      ))}
    </Table>
  )
}
