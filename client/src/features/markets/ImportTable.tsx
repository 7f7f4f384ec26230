/** Imports in rows, newest first: which file, how it stands, what it changed or why it did not. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, readFragment } from 'gql.tada'
import { Table, Td, Th, Tr } from '@/components/Table'
import { JobStateBadge } from '@/features/jobs/JobStateBadge'
import { graphql } from '@/graphql/tada'
import { formatMoment } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'

export const ImportRowFields = graphql(`
  fragment ImportRowFields on BarImport {
    id
    fileName
    createdAt
    job {
      id
      state
      error {
        code
        message
      }
    }
    outcome {
      series
      unchanged
      barsAdded
      barsRestated
    }
    refusal {
      total
    }
  }
`)

type ImportRow = FragmentOf<typeof ImportRowFields>

function summarise({
  series,
  unchanged,
  barsAdded,
  barsRestated,
}: Record<'series' | 'unchanged' | 'barsAdded' | 'barsRestated', number>): string {
  if (unchanged === series) return 'Nothing new'
  const restated = barsRestated > 0 ? `, ${formatCount(barsRestated)} restated` : ''
  return `${formatCount(barsAdded)} bars added${restated}, ${formatCount(series)} series`
}

function Row({ row }: { row: ImportRow }) {
  const { id, fileName, createdAt, job, outcome, refusal } = readFragment(ImportRowFields, row)
  return (
    <Tr>
      <Td className="max-w-72 truncate">
        <Link to="/imports/$id" params={{ id }} className="font-medium text-accent hover:underline">
          {fileName}
        </Link>
      </Td>
      <Td>
        <JobStateBadge state={job.state} />
      </Td>
      <Td className="min-w-72 max-w-lg whitespace-normal! wrap-anywhere">
        {outcome && summarise(outcome)}
        {job.error && (
          <span className="text-muted">
            {refusal && `${formatCount(refusal.total)} wrong ${refusal.total === 1 ? 'row' : 'rows'}: `}
            {job.error.message}
          </span>
        )}
      </Td>
      <Td className="text-muted">{formatMoment(createdAt)}</Td>
    </Tr>
  )
}

export function ImportTable({ imports }: { imports: readonly (ImportRow & { id: string })[] }) {
  return (
    <Table
      label="Imports"
      head={
        <>
          <Th>File</Th>
          <Th>State</Th>
          <Th>What came of it</Th>
          <Th>Started</Th>
        </>
      }
    >
      {imports.map((row) => (
        <Row key={row.id} row={row} />
      ))}
    </Table>
  )
}
