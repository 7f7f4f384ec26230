/** The main figures of two backtests beside each other. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, type ResultOf, readFragment } from 'gql.tada'
import { Table, Td, Th, Tr } from '@/components/Table'
import { PairName, PairNameFields } from '@/features/pairs/PairName'
import { graphql } from '@/graphql/tada'
import { formatCount, formatNumber, formatPercent, formatSignedPercent } from '@/lib/numbers'

export const ComparedFiguresFields = graphql(
  `
    fragment ComparedFiguresFields on Backtest {
      id
      pair {
        ...PairNameFields
      }
      metrics {
        totalReturn {
          value
        }
        sharpe {
          value
        }
        volatility {
          value
        }
        maxDrawdown {
          value
        }
        turnover {
          value
        }
        trades
      }
    }
  `,
  [PairNameFields],
)

type Compared = ResultOf<typeof ComparedFiguresFields>
type Metrics = NonNullable<Compared['metrics']>

const ROWS: readonly { name: string; write: (metrics: Metrics) => string }[] = [
  { name: 'Total return', write: ({ totalReturn }) => formatSignedPercent(totalReturn.value) },
  { name: 'Sharpe ratio', write: ({ sharpe }) => formatNumber(sharpe.value) },
  { name: 'Volatility per year', write: ({ volatility }) => formatPercent(volatility.value) },
  { name: 'Deepest drawdown', write: ({ maxDrawdown }) => formatSignedPercent(maxDrawdown.value) },
  { name: 'Turnover', write: ({ turnover }) => formatNumber(turnover.value, 1) },
  { name: 'Closed trades', write: ({ trades }) => formatCount(trades) },
]

interface ComparedFiguresProps {
  a: FragmentOf<typeof ComparedFiguresFields>
  b: FragmentOf<typeof ComparedFiguresFields>
}

export function ComparedFigures({ a, b }: ComparedFiguresProps) {
  const both = [
    { letter: 'A', backtest: readFragment(ComparedFiguresFields, a) },
    { letter: 'B', backtest: readFragment(ComparedFiguresFields, b) },
  ]
  return (
    <Table
      label="Table of figures"
      head={
        <>
          <Th>Figure</Th>
          {both.map(({ letter, backtest: { id, pair } }) => (
            <Th key={letter} end>
              {letter}:{' '}
              <Link to="/backtests/$id" params={{ id }} className="hover:underline">
                <PairName y={pair.y.symbol} x={pair.x.symbol} />
              </Link>
            </Th>
          ))}
        </>
      }
    >
      {ROWS.map(({ name, write }) => (
        <Tr key={name}>
          <Td>{name}</Td>
          {both.map(({ letter, backtest: { metrics } }) => (
            <Td key={letter} end>
              {metrics ? write(metrics) : '—'}
            </Td>
          ))}
        </Tr>
      ))}
    </Table>
  )
}
