/** Walk-forwards in rows: what was walked, how it stands, what was left out of sample. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, readFragment } from 'gql.tada'
import { Table, Td, Th, Tr } from '@/components/Table'
import { TONE_TEXT } from '@/features/backtests/tones'
import { JobStateBadge } from '@/features/jobs/JobStateBadge'
import { graphql } from '@/graphql/tada'
import { formatMoment } from '@/lib/dates'
import { formatCount, formatNumber, formatSignedPercent, tone } from '@/lib/numbers'
import { formatPeriod } from '@/lib/periods'

export const WalkRowFields = graphql(`
  fragment WalkRowFields on WalkForward {
    id
    createdAt
    spec {
      universe
      period {
        start
        end
      }
      formation
      trading
    }
    job {
      id
      state
    }
    summary {
      steps
      totalReturn {
        value
      }
      sharpe {
        value
      }
      inSampleSharpe {
        value
      }
    }
  }
`)

type WalkRow = FragmentOf<typeof WalkRowFields>

function Row({ walk: masked }: { walk: WalkRow }) {
  const { id, spec, job, summary, createdAt } = readFragment(WalkRowFields, masked)
  const total = summary?.totalReturn.value
  return (
    <Tr>
      <Td>
        <Link to="/walk-forwards/$id" params={{ id }} className="font-medium text-accent hover:underline">
          <span className="inline-block max-w-60 truncate align-bottom">{spec.universe}</span>
        </Link>
      </Td>
      <Td>
        <JobStateBadge state={job.state} />
      </Td>
      <Td className="text-muted">{formatPeriod(spec.period)}</Td>
      <Td end className="text-muted">
        {formatCount(spec.formation)} / {formatCount(spec.trading)}
      </Td>
      <Td end>{formatCount(summary?.steps)}</Td>
      <Td end className={TONE_TEXT[tone(total)]}>
        {formatSignedPercent(total)}
      </Td>
      <Td end>{formatNumber(summary?.sharpe.value)}</Td>
      <Td end>{formatNumber(summary?.inSampleSharpe.value)}</Td>
      <Td className="text-muted">{formatMoment(createdAt)}</Td>
    </Tr>
  )
}

export function WalkTable({ walks }: { walks: readonly (WalkRow & { id: string })[] }) {
  return (
    <Table
      label="Walk-forwards"
      head={
        <>
          <Th>Universe</Th>
          <Th>State</Th>
          <Th>Period</Th>
          <Th end>Formation / trading</Th>
          <Th end>Steps</Th>
          <Th end>Return</Th>
          <Th end>Sharpe</Th>
          <Th end>Where chosen</Th>
          <Th>Started</Th>
        </>
      }
    >
      {walks.map((walk) => (
        <Row key={walk.id} walk={walk} />
      ))}
    </Table>
  )
}
