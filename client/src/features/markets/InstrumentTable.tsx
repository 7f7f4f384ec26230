/** Instruments in rows: what they are, how their price went, and whether their data can be relied on. */
import { Table, Th } from '@/components/Table'
import { type InstrumentRow, InstrumentRows } from './InstrumentRows'
import { type InstrumentOrder, nextOrder, type SortColumn, sortOf } from './instrumentView'

/** Rows that are completed with one request. */
const TOGETHER = 20

interface Sorting {
  order: InstrumentOrder
  onOrder: (order: InstrumentOrder) => void
}

interface HeadProps {
  column: SortColumn
  children: string
  sorting: Sorting | undefined
  end?: boolean
}

/** The head of a column; where lists can be sorted by it, a press does. */
function Head({ column, children, sorting, end = false }: HeadProps) {
  if (!sorting) return <Th end={end}>{children}</Th>
  const sorted = sortOf(column, sorting.order)
  return (
    <Th end={end} aria-sort={sorted}>
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
  instruments: readonly InstrumentRow[]
  sorting?: Sorting
}

export function InstrumentTable({ instruments, sorting }: InstrumentTableProps) {
  const chunks = Array.from({ length: Math.ceil(instruments.length / TOGETHER) }, (_, k) =>
    instruments.slice(k * TOGETHER, (k + 1) * TOGETHER),
  )
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
          <Head column="barCount" sorting={sorting} end>
            Daily bars
          </Head>
          <Head column="firstBar" sorting={sorting}>
            First bar
          </Head>
          <Head column="lastBar" sorting={sorting}>
            Last bar
          </Head>
        </>
      }
    >
      {chunks.map((chunk) => (
        <InstrumentRows key={chunk[0]?.id} instruments={chunk} />
      ))}
    </Table>
  )
}
