/** The trades of a run in the order of entry, a page at a time. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { useState } from 'react'
import { useQuery } from 'urql'
import { Badge } from '@/components/Badge'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { LoadMore } from '@/components/LoadMore'
import { SkeletonRows } from '@/components/Skeleton'
import { Table, Td, Th, Tr } from '@/components/Table'
import { describeError } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { formatCount, formatMoney, formatProfit, formatSigned, tone } from '@/lib/numbers'
import { TONE_TEXT } from './tones'

const PAGE = 20

const TradeRowFields = graphql(`
  fragment TradeRowFields on Trade {
    id
    number
    direction
    enteredAt
    exitedAt
    barsHeld
    quantityY
    quantityX
    costs
    pnl
    exitReason
  }
`)

const Trades = graphql(
  `
    query Trades($id: ID!, $first: Int!, $after: String) {
      node(id: $id) {
        __typename
        id
        ... on Backtest {
          trades(first: $first, after: $after) {
            nodes {
              id
              ...TradeRowFields
            }
            pageInfo {
              hasNextPage
              endCursor
            }
            totalCount
          }
        }
      }
    }
  `,
  [TradeRowFields],
)

type ExitReason = ReturnType<typeof graphql.scalar<'ExitReason'>>

const EXIT_WORDS: Record<ExitReason, string> = {
  EXIT: 'Came back',
  STOP: 'Stopped',
  TIME: 'Too long',
  RUIN: 'Ruined',
  DELISTED: 'Delisted',
  OPEN: 'Still open',
}

function Row({ trade, currency }: { trade: FragmentOf<typeof TradeRowFields>; currency: string }) {
  const { number, direction, enteredAt, exitedAt, barsHeld, quantityY, quantityX, costs, pnl, exitReason } =
    readFragment(TradeRowFields, trade)
  return (
    <Tr>
      <Td end>{number}</Td>
      <Td>{direction === 'LONG' ? '▲ long' : '▼ short'}</Td>
      <Td>{formatDay(enteredAt)}</Td>
      <Td>{exitedAt === null ? '—' : formatDay(exitedAt)}</Td>
      <Td end>{formatCount(barsHeld)}</Td>
      <Td end>{formatSigned(quantityY, 1)}</Td>
      <Td end>{formatSigned(quantityX, 1)}</Td>
      <Td end>{formatMoney(costs, currency)}</Td>
      <Td end className={TONE_TEXT[tone(pnl)]}>
        {formatProfit(pnl, currency)}
      </Td>
      <Td>
        <Badge tone={exitReason === 'EXIT' ? 'plain' : 'warn'}>{EXIT_WORDS[exitReason]}</Badge>
      </Td>
    </Tr>
  )
}

interface TradesTableProps {
  backtestId: string
  y: string
  x: string
  currency: string
}

export function TradesTable({ backtestId, y, x, currency }: TradesTableProps) {
  const [after, setAfter] = useState<string | null>(null)
  const [{ data, error, fetching }, ask] = useQuery({
    query: Trades,
    variables: { id: backtestId, first: PAGE, after },
  })
  const trades = data?.node?.__typename === 'Backtest' ? data.node.trades : undefined
  const head = (
    <>
      <Th end>#</Th>
      <Th>Spread</Th>
      <Th>Entered</Th>
      <Th>Left</Th>
      <Th end>Bars</Th>
      <Th end>{y}, shares</Th>
      <Th end>{x}, shares</Th>
      <Th end>Costs</Th>
      <Th end>Profit</Th>
      <Th>Why it ended</Th>
    </>
  )
  return (
    <Card title="Trades" flush>
      {error && (
        <Failure
          title="The trades cannot be shown"
          message={describeError(error)}
          onRetry={() => ask({ requestPolicy: 'network-only' })}
        />
      )}
      {!trades && fetching && <SkeletonRows />}
      {trades && trades.nodes.length === 0 && (
        <EmptyState title="No trades">The z-score never crossed the entry threshold.</EmptyState>
      )}
      {trades && trades.nodes.length > 0 && (
        <>
          <Table label="Trades" head={head}>
            {trades.nodes.map((trade) => (
              <Row key={trade.id} trade={trade} currency={currency} />
            ))}
          </Table>
          <LoadMore
            pageInfo={trades.pageInfo}
            fetching={fetching}
            shown={trades.nodes.length}
            total={trades.totalCount}
            onMore={setAfter}
          />
        </>
      )}
    </Card>
  )
}
