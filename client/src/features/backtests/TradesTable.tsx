/** The trades of a run, a page at a time, in the order of entry or of any column. */
import { type ResultOf, readFragment } from 'gql.tada'
import { useState } from 'react'
import { Badge } from '@/components/Badge'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { LoadMore } from '@/components/LoadMore'
import { SkeletonRows } from '@/components/Skeleton'
import { SortableTh } from '@/components/SortableTh'
import { Table, Td, Th, Tr } from '@/components/Table'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatDay } from '@/lib/dates'
import { formatCount, formatMoney, formatProfit, formatSigned, tone } from '@/lib/numbers'
import type { Sorting } from '@/lib/sorting'
import { TONE_TEXT } from './tones'

const FETCHED = 100
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
    query Trades($id: ID!, $orderBy: TradeOrder!, $first: Int!, $after: String) {
      node(id: $id) {
        __typename
        id
        ... on Backtest {
          trades(orderBy: $orderBy, first: $first, after: $after) {
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

type TradeRow = ResultOf<typeof TradeRowFields>
type Column = 'number' | 'direction' | 'enteredAt' | 'exitedAt' | 'barsHeld' | 'costs' | 'pnl' | 'exitReason'

type TradeOrder = ReturnType<typeof graphql.scalar<'TradeOrder'>>

/** The orders of each column; trades are numbered as they are entered. */
const ORDERS: Record<Column, { ascending: TradeOrder; descending: TradeOrder }> = {
  number: { ascending: 'ENTRY_ASC', descending: 'ENTRY_DESC' },
  direction: { ascending: 'DIRECTION_ASC', descending: 'DIRECTION_DESC' },
  enteredAt: { ascending: 'ENTRY_ASC', descending: 'ENTRY_DESC' },
  exitedAt: { ascending: 'EXIT_ASC', descending: 'EXIT_DESC' },
  barsHeld: { ascending: 'BARS_HELD_ASC', descending: 'BARS_HELD_DESC' },
  costs: { ascending: 'COSTS_ASC', descending: 'COSTS_DESC' },
  pnl: { ascending: 'PROFIT_ASC', descending: 'PROFIT_DESC' },
  exitReason: { ascending: 'EXIT_REASON_ASC', descending: 'EXIT_REASON_DESC' },
}

type ExitReason = ReturnType<typeof graphql.scalar<'ExitReason'>>

const EXIT_WORDS: Record<ExitReason, string> = {
  EXIT: 'Came back',
  STOP: 'Stopped',
  TIME: 'Too long',
  RUIN: 'Ruined',
  DELISTED: 'Delisted',
  OPEN: 'Still open',
}

function Row({ trade, currency }: { trade: TradeRow; currency: string }) {
  const { number, direction, enteredAt, exitedAt, barsHeld, quantityY, quantityX, costs, pnl, exitReason } =
    trade
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

/** The trades loaded so far, in the order asked for, and what asks for more of them. */
function useTrades(backtestId: string, orderBy: TradeOrder, after: string | null) {
  const { data, problem, fetching, again } = useAnswer({
    query: Trades,
    variables: { id: backtestId, orderBy, first: FETCHED, after },
  })
  const page = data?.node?.__typename === 'Backtest' ? data.node.trades : undefined
  const rows = page?.nodes.map((trade) => readFragment(TradeRowFields, trade))
  const next = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
  return { rows, total: page?.totalCount ?? rows?.length ?? 0, next, problem, fetching, onRetry: again }
}

function Head({
  y,
  x,
  ...sort
}: {
  y: string
  x: string
  sorting: Sorting<Column>
  onSorting: (sorting: Sorting<Column>) => void
}) {
  return (
    <>
      <SortableTh {...sort} name="number" label="#" end />
      <SortableTh {...sort} name="direction" label="Spread" />
      <SortableTh {...sort} name="enteredAt" label="Entered" />
      <SortableTh {...sort} name="exitedAt" label="Left" />
      <SortableTh {...sort} name="barsHeld" label="Bars" end descendingFirst />
      <Th end>{y}, shares</Th>
      <Th end>{x}, shares</Th>
      <SortableTh {...sort} name="costs" label="Costs" end descendingFirst />
      <SortableTh {...sort} name="pnl" label="Profit" end descendingFirst />
      <SortableTh {...sort} name="exitReason" label="Why it ended" />
    </>
  )
}

export function TradesTable({ backtestId, y, x, currency }: TradesTableProps) {
  const [sorting, setSorting] = useState<Sorting<Column>>({ by: 'number', descending: false })
  const [shown, setShown] = useState(PAGE)
  const [after, setAfter] = useState<string | null>(null)
  const orderBy = ORDERS[sorting.by][sorting.descending ? 'descending' : 'ascending']
  const { rows, total, next, problem, fetching, onRetry } = useTrades(backtestId, orderBy, after)
  const visible = rows?.slice(0, shown) ?? []
  const onMore = () => {
    setShown(shown + PAGE)
    if (rows && shown + PAGE > rows.length && next !== null) setAfter(next)
  }
  const onSorting = (chosen: Sorting<Column>) => {
    setSorting(chosen)
    setAfter(null)
    setShown(PAGE)
  }
  return (
    <Card title="Trades" flush>
      {problem && <Failure title="The trades cannot be shown" message={problem} onRetry={onRetry} />}
      {!rows && fetching && <SkeletonRows />}
      {rows?.length === 0 && (
        <EmptyState title="No trades">The z-score never crossed the entry threshold.</EmptyState>
      )}
      {rows && rows.length > 0 && (
        <>
          <Table label="Table of trades" head={<Head y={y} x={x} sorting={sorting} onSorting={onSorting} />}>
            {visible.map((trade) => (
              <Row key={trade.id} trade={trade} currency={currency} />
            ))}
          </Table>
          <LoadMore
            page={{
              nodes: visible,
              pageInfo: { hasNextPage: shown < total, endCursor: '' },
              totalCount: total,
            }}
            fetching={fetching}
            onMore={onMore}
          />
        </>
      )}
    </Card>
  )
}
