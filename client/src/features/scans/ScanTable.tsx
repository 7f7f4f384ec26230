/** Scans in rows: what was tested, how it stands, what it found. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, readFragment } from 'gql.tada'
import { Table, Td, Th, Tr } from '@/components/Table'
import { JobStateBadge } from '@/features/jobs/JobStateBadge'
import { graphql } from '@/graphql/tada'
import { formatMoment } from '@/lib/dates'
import { formatPeriod } from '@/lib/periods'
import { verdictSentence } from './verdict'

export const ScanRowFields = graphql(`
  fragment ScanRowFields on Scan {
    id
    createdAt
    spec {
      universe
      formation {
        start
        end
      }
      correction
      level
    }
    job {
      id
      state
    }
    summary {
      pairsTested
      belowLevel
      expectedFalse
      discoveries
    }
  }
`)

type ScanRow = FragmentOf<typeof ScanRowFields>

function Row({ scan: masked }: { scan: ScanRow }) {
  const { id, spec, job, summary, createdAt } = readFragment(ScanRowFields, masked)
  return (
    <Tr>
      <Td>
        <Link to="/scans/$id" params={{ id }} className="font-medium text-accent hover:underline">
          {spec.universe}
        </Link>
      </Td>
      <Td>
        <JobStateBadge state={job.state} />
      </Td>
      <Td className="text-muted">{formatPeriod(spec.formation)}</Td>
      <Td className="min-w-80 whitespace-normal!">
        {summary ? (
          verdictSentence(summary, spec.level, spec.correction)
        ) : (
          <span className="text-muted">—</span>
        )}
      </Td>
      <Td className="text-muted">{formatMoment(createdAt)}</Td>
    </Tr>
  )
}

export function ScanTable({ scans }: { scans: readonly (ScanRow & { id: string })[] }) {
  return (
    <Table
      label="Scans"
      head={
        <>
          <Th>Universe</Th>
          <Th>State</Th>
          <Th>Formation</Th>
          <Th>Verdict</Th>
          <Th>Started</Th>
        </>
      }
    >
      {scans.map((scan) => (
        <Row key={scan.id} scan={scan} />
      ))}
    </Table>
  )
}
