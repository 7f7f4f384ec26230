/** Sweeps in rows: what was varied, how it stands, how far the best can be believed. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, readFragment } from 'gql.tada'
import { Table, Td, Th, Tr } from '@/components/Table'
import { JobStateBadge } from '@/features/jobs/JobStateBadge'
import { PairName, PairNameFields } from '@/features/pairs/PairName'
import { graphql } from '@/graphql/tada'
import { formatMoment } from '@/lib/dates'
import { formatCount, formatPercent } from '@/lib/numbers'
import { formatPeriod } from '@/lib/periods'

export const SweepRowFields = graphql(
  `
    fragment SweepRowFields on Sweep {
      id
      createdAt
      setCount
      pair {
        ...PairNameFields
      }
      spec {
        trading {
          start
          end
        }
      }
      job {
        id
        state
      }
      summary {
        overfitting {
          value
        }
        null {
          pValue
        }
      }
    }
  `,
  [PairNameFields],
)

type SweepRow = FragmentOf<typeof SweepRowFields>

function Row({ sweep: masked }: { sweep: SweepRow }) {
  const { id, pair, spec, setCount, job, summary, createdAt } = readFragment(SweepRowFields, masked)
  return (
    <Tr>
      <Td>
        <Link to="/sweeps/$id" params={{ id }} className="font-medium hover:underline">
          <PairName y={pair.y.symbol} x={pair.x.symbol} />
        </Link>
      </Td>
      <Td>
        <JobStateBadge state={job.state} />
      </Td>
      <Td className="text-muted">{formatPeriod(spec.trading)}</Td>
      <Td end>{formatCount(setCount)}</Td>
      <Td end>{formatPercent(summary?.overfitting.value, 0)}</Td>
      <Td end>{formatPercent(summary?.null?.pValue, 0)}</Td>
      <Td className="text-muted">{formatMoment(createdAt)}</Td>
    </Tr>
  )
}

export function SweepTable({ sweeps }: { sweeps: readonly (SweepRow & { id: string })[] }) {
  return (
    <Table
      label="Sweeps"
      head={
        <>
          <Th>Pair</Th>
          <Th>State</Th>
          <Th>Trading period</Th>
          <Th end>Sets</Th>
          <Th end>Overfitting, PBO</Th>
          <Th end>Chance does as well</Th>
          <Th>Started</Th>
        </>
      }
    >
      {sweeps.map((sweep) => (
        <Row key={sweep.id} sweep={sweep} />
      ))}
    </Table>
  )
}
