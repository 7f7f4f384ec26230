/** Instruments in rows. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, readFragment } from 'gql.tada'
import { Badge } from '@/components/Badge'
import { Table, Td, Th, Tr } from '@/components/Table'
import { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'

export const InstrumentRowFields = graphql(`
  fragment InstrumentRowFields on Instrument {
    id
    symbol
    name
    synthetic
    barCount
    firstBar
    lastBar
  }
`)

type InstrumentRow = FragmentOf<typeof InstrumentRowFields>

function Row({ instrument }: { instrument: InstrumentRow }) {
  const { symbol, name, synthetic, barCount, firstBar, lastBar } = readFragment(
    InstrumentRowFields,
    instrument,
  )
  return (
    <Tr>
      <Td>
        <Link
          to="/instruments/$symbol"
          params={{ symbol }}
          className="font-medium text-accent hover:underline"
        >
          {symbol}
        </Link>
      </Td>
      <Td>
        {name} {synthetic && <Badge tone="warn">generated</Badge>}
      </Td>
      <Td end>{formatCount(barCount)}</Td>
      <Td className="text-muted">
        {barCount > 0 ? `${formatDay(firstBar)} – ${formatDay(lastBar)}` : 'no bars yet'}
      </Td>
    </Tr>
  )
}

export function InstrumentTable({
  instruments,
}: {
  instruments: readonly (InstrumentRow & { id: string })[]
}) {
  return (
    <Table
      label="Instruments"
      head={
        <>
          <Th>Symbol</Th>
          <Th>Name</Th>
          <Th end>Daily bars</Th>
          <Th>History</Th>
        </>
      }
    >
      {instruments.map((instrument) => (
        <Row key={instrument.id} instrument={instrument} />
      ))}
    </Table>
  )
}
