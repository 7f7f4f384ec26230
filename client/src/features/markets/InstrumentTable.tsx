/** Instruments in rows: what they are, how their price went, and whether their data can be relied on. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, readFragment } from 'gql.tada'
import { Badge } from '@/components/Badge'
import { Sparkline } from '@/components/Sparkline'
import { Table, Td, Th, Tr } from '@/components/Table'
import { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'
import { type InstrumentOrder, nextOrder, type SortColumn, sortOf } from './instrumentView'
import { KIND_WORDS } from './marketWords'
import { QualityBadge, QualityBadgeFields } from './QualityBadge'

export const InstrumentRowFields = graphql(
  `
    fragment InstrumentRowFields on Instrument {
      id
      symbol
      name
      kind
      synthetic
      barCount
      firstBar
      lastBar
      market {
        id
        code
        name
      }
      quality {
        ...QualityBadgeFields
      }
      bars(maxPoints: 60) {
        close
      }
    }
  `,
  [QualityBadgeFields],
)

type InstrumentRow = FragmentOf<typeof InstrumentRowFields>

function Row({ instrument }: { instrument: InstrumentRow }) {
  const { symbol, name, kind, synthetic, barCount, firstBar, lastBar, market, quality, bars } = readFragment(
    InstrumentRowFields,
    instrument,
  )
  return (
    <Tr>
      <Td>
        <Link
          to="/instruments/$symbol"
          params={{ symbol }}
          search={{ market: market.code }}
          className="font-medium text-accent hover:underline"
        >
          {symbol}
        </Link>
      </Td>
      <Td className="max-w-64 truncate" title={name}>
        {name} {synthetic && <Badge tone="warn">generated</Badge>}
      </Td>
      <Td className="w-32 min-w-32">
        {bars.close.length > 1 && <Sparkline label={`Closing prices of ${symbol}`} values={bars.close} />}
      </Td>
      <Td>
        <QualityBadge of={symbol} quality={quality} />
      </Td>
      <Td className="text-muted">{KIND_WORDS[kind]}</Td>
      <Td className="text-muted" title={market.name}>
        {market.code}
      </Td>
      <Td end>{formatCount(barCount)}</Td>
      <Td className="text-muted">{formatDay(firstBar)}</Td>
      <Td className="text-muted">{formatDay(lastBar)}</Td>
    </Tr>
  )
}

interface Sorting {
  order: InstrumentOrder
  onOrder: (order: InstrumentOrder) => void
}

/** The head of a column; where lists can be sorted by it, a press does. */
function Head({
  column,
  children,
  sorting,
}: {
  column: SortColumn
  children: string
  sorting: Sorting | undefined
}) {
  if (!sorting) return <Th>{children}</Th>
  const sorted = sortOf(column, sorting.order)
  return (
    <Th aria-sort={sorted}>
      <button
        type="button"
        className="font-medium hover:text-ink"
        onClick={() => sorting.onOrder(nextOrder(column, sorting.order))}
      >
        {children}{' '}
        <span aria-hidden="true">{sorted === 'none' ? '↕' : sorted === 'ascending' ? '↑' : '↓'}</span>
      </button>
    </Th>
  )
}

interface InstrumentTableProps {
  instruments: readonly (InstrumentRow & { id: string })[]
  sorting?: Sorting
}

export function InstrumentTable({ instruments, sorting }: InstrumentTableProps) {
  return (
    <Table
      label="Instruments"
      head={
        <>
          <Head column="symbol" sorting={sorting}>
            Symbol
          </Head>
          <Head column="name" sorting={sorting}>
            Name
          </Head>
          <Th>Closes</Th>
          <Th>Quality</Th>
          <Th>Kind</Th>
          <Th>Market</Th>
          <Th end>Daily bars</Th>
          <Th>First bar</Th>
          <Th>Last bar</Th>
        </>
      }
    >
      {instruments.map((instrument) => (
        <Row key={instrument.id} instrument={instrument} />
      ))}
    </Table>
  )
}
