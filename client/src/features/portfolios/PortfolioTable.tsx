/** Portfolios in rows: how many pairs, how they stand, what they came to. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, readFragment } from 'gql.tada'
import { Table, Td, Th, Tr } from '@/components/Table'
import { TONE_TEXT } from '@/features/backtests/tones'
import { JobStateBadge } from '@/features/jobs/JobStateBadge'
import { graphql } from '@/graphql/tada'
import { formatMoment } from '@/lib/dates'
import { formatCount, formatNumber, formatSignedPercent, tone } from '@/lib/numbers'
import { formatPeriod } from '@/lib/periods'

export const PortfolioRowFields = graphql(`
  fragment PortfolioRowFields on Portfolio {
    id
    createdAt
    pairCount
    spec {
      trading {
        start
        end
      }
      allocation
    }
    job {
      id
      state
    }
    metrics {
      totalReturn {
        value
      }
      sharpe {
        value
      }
      maxDrawdown {
        value
      }
    }
  }
`)

type PortfolioRow = FragmentOf<typeof PortfolioRowFields>

function Row({ portfolio: masked }: { portfolio: PortfolioRow }) {
  const { id, pairCount, spec, job, metrics, createdAt } = readFragment(PortfolioRowFields, masked)
  const total = metrics?.totalReturn.value
  return (
    <Tr>
      <Td>
        <Link to="/portfolios/$id" params={{ id }} className="font-medium text-accent hover:underline">
          {formatCount(pairCount)} {pairCount === 1 ? 'pair' : 'pairs'}
        </Link>
      </Td>
      <Td>
        <JobStateBadge state={job.state} />
      </Td>
      <Td className="text-muted">{spec.allocation === 'EQUAL' ? 'equal' : 'by volatility'}</Td>
      <Td className="text-muted">{formatPeriod(spec.trading)}</Td>
      <Td end className={TONE_TEXT[tone(total)]}>
        {formatSignedPercent(total)}
      </Td>
      <Td end>{formatNumber(metrics?.sharpe.value)}</Td>
      <Td end>{formatSignedPercent(metrics?.maxDrawdown.value)}</Td>
      <Td className="text-muted">{formatMoment(createdAt)}</Td>
    </Tr>
  )
}

export function PortfolioTable({ portfolios }: { portfolios: readonly (PortfolioRow & { id: string })[] }) {
  return (
    <Table
      label="Portfolios"
      head={
        <>
          <Th>Portfolio</Th>
          <Th>State</Th>
          <Th>Weights</Th>
          <Th>Trading</Th>
          <Th end>Return</Th>
          <Th end>Sharpe</Th>
          <Th end>Deepest drawdown</Th>
          <Th>Started</Th>
        </>
      }
    >
      {portfolios.map((portfolio) => (
        <Row key={portfolio.id} portfolio={portfolio} />
      ))}
    </Table>
  )
}
