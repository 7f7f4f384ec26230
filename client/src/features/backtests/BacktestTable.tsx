/** Backtests in rows: what was run, how it stands, what came out. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, readFragment } from 'gql.tada'
import { Table, Td, Th, Tr } from '@/components/Table'
import { JobStateBadge } from '@/features/jobs/JobStateBadge'
import { PairName, PairNameFields } from '@/features/pairs/PairName'
import { graphql } from '@/graphql/tada'
import { formatMoment } from '@/lib/dates'
import { formatNumber, formatSignedPercent, tone } from '@/lib/numbers'
import { formatPeriod } from '@/lib/periods'
import { TONE_TEXT } from './tones'

export const BacktestRowFields = graphql(
  `
    fragment BacktestRowFields on Backtest {
      id
      createdAt
      pair {
        ...PairNameFields
      }
      spec {
        trading {
          start
          end
        }
        entry
        exit
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
        trades
      }
    }
  `,
  [PairNameFields],
)

type BacktestRow = FragmentOf<typeof BacktestRowFields>

function Row({ backtest: masked }: { backtest: BacktestRow }) {
  const { id, pair, spec, job, metrics, createdAt } = readFragment(BacktestRowFields, masked)
  const total = metrics?.totalReturn.value
  return (
    <Tr>
      <Td>
        <Link to="/backtests/$id" params={{ id }} className="font-medium hover:underline">
          <PairName y={pair.y.symbol} x={pair.x.symbol} />
        </Link>
      </Td>
      <Td>
        <JobStateBadge state={job.state} />
      </Td>
      <Td className="text-muted">{formatPeriod(spec.trading)}</Td>
      <Td end className="text-muted">
        {spec.entry} / {spec.exit}
      </Td>
      <Td end className={TONE_TEXT[tone(total)]}>
        {formatSignedPercent(total)}
      </Td>
      <Td end>{formatNumber(metrics?.sharpe.value)}</Td>
      <Td end>{formatSignedPercent(metrics?.maxDrawdown.value)}</Td>
      <Td end>{metrics?.trades ?? '—'}</Td>
      <Td className="text-muted">{formatMoment(createdAt)}</Td>
    </Tr>
  )
}

export function BacktestTable({ backtests }: { backtests: readonly (BacktestRow & { id: string })[] }) {
  return (
    <Table
      label="Backtests"
      head={
        <>
          <Th>Pair</Th>
          <Th>State</Th>
          <Th>Trading period</Th>
          <Th end>Entry / exit</Th>
          <Th end>Return</Th>
          <Th end>Sharpe</Th>
          <Th end>Drawdown</Th>
          <Th end>Trades</Th>
          <Th>Started</Th>
        </>
      }
    >
      {backtests.map((backtest) => (
        <Row key={backtest.id} backtest={backtest} />
      ))}
    </Table>
  )
}
