/** What each pair added to the P&L of the book: bars that, with what netting saved, end at the sum. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, type ResultOf, readFragment } from 'gql.tada'
import { Card } from '@/components/Card'
import { Table, Td, Th, Tr } from '@/components/Table'
import { TONE_TEXT } from '@/features/backtests/tones'
import { type Part, WaterfallTable } from '@/features/backtests/WaterfallTable'
import { graphql } from '@/graphql/tada'
import { formatCount, formatPercent, formatProfit, tone } from '@/lib/numbers'
import { describeLimits } from './portfolioWords'

export const ContributionsFields = graphql(`
  fragment ContributionsFields on BookProfit {
    contributions {
      pair {
        id
      }
      y
      x
      weight
      price
      dividends
      commission
      slippage
      borrow
      total
      trades
      blocked
      reduced
    }
    netting
    total
  }
`)

type Contribution = ResultOf<typeof ContributionsFields>['contributions'][number]

function Name({ pair, y, x }: Pick<Contribution, 'pair' | 'y' | 'x'>) {
  if (!pair)
    return (
      <>
        {y} / {x}
      </>
    )
  return (
    <Link to="/pairs/$y/$x" params={{ y, x }} className="text-accent hover:underline">
      {y} / {x}
    </Link>
  )
}

const AMOUNTS = ['price', 'dividends', 'commission', 'slippage', 'borrow', 'total'] as const

interface ContributionsProps {
  profit: FragmentOf<typeof ContributionsFields>
  currency: string
}

function Details({
  contributions,
  money,
}: {
  contributions: readonly Contribution[]
  money: (value: number) => string
}) {
  return (
    <Table
      label="Table of contributions"
      head={
        <>
          <Th>Pair</Th>
          <Th end>Weight</Th>
          <Th end>Trades</Th>
          <Th end>Prices</Th>
          <Th end>Dividends</Th>
          <Th end>Commission</Th>
          <Th end>Slippage</Th>
          <Th end>Borrow fees</Th>
          <Th end>Sum</Th>
          <Th>Limit</Th>
        </>
      }
    >
      {contributions.map((one) => (
        <Tr key={`${one.y}/${one.x}`}>
          <Td>
            <Name {...one} />
          </Td>
          <Td end>{formatPercent(one.weight)}</Td>
          <Td end>{formatCount(one.trades)}</Td>
          {AMOUNTS.map((name) => (
            <Td key={name} end className={TONE_TEXT[tone(one[name])]}>
              {money(one[name])}
            </Td>
          ))}
          <Td className="text-muted">{describeLimits(one.blocked, one.reduced)}</Td>
        </Tr>
      ))}
    </Table>
  )
}

export function ContributionsCard({ profit: masked, currency }: ContributionsProps) {
  const { contributions, netting, total } = readFragment(ContributionsFields, masked)
  const money = (value: number) => formatProfit(value, currency, 2)
  const parts: Part[] = [
    ...contributions.map((one) => ({
      key: `${one.y}/${one.x}`,
      name: <Name {...one} />,
      amount: one.total,
    })),
    { key: 'netting', name: 'Saved by netting', amount: netting },
  ]
  return (
    <Card
      title="Where the profit came from"
      hint="Each pair with the costs it would have had alone, then what netting their legs saved."
      flush
    >
      <WaterfallTable
        label="Contributions to the profit"
        what="Pair"
        parts={parts}
        total={total}
        money={money}
      />
      <details className="border-t border-line">
        <summary className="px-4 py-3 text-sm font-semibold text-accent sm:px-5">
          Weights, trades and costs by pair
        </summary>
        <Details contributions={contributions} money={money} />
      </details>
    </Card>
  )
}
