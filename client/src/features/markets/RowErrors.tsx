/** The rows of a file that are wrong: where, what stands there, and why it cannot be. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Table, Td, Th, Tr } from '@/components/Table'
import { graphql } from '@/graphql/tada'
import { formatCount } from '@/lib/numbers'

export const RowErrorsFields = graphql(`
  fragment RowErrorsFields on FileRefusal {
    total
    rows {
      row
      column
      code
      value
      message
    }
  }
`)

export function RowErrors({ refusal }: { refusal: FragmentOf<typeof RowErrorsFields> }) {
  const { total, rows } = readFragment(RowErrorsFields, refusal)
  return (
    <>
      <p className="px-4 pb-3 text-sm text-muted sm:px-5">
        {total === 1 ? 'One row is wrong' : `${formatCount(total)} rows are wrong`}
        {rows.length < total && `; the first ${formatCount(rows.length)} are shown`}. Row 1 is the header.
      </p>
      <Table
        label="Wrong rows"
        head={
          <>
            <Th end>Row</Th>
            <Th>Column</Th>
            <Th>Value</Th>
            <Th>What is wrong</Th>
            <Th>Code</Th>
          </>
        }
      >
        {rows.map(({ row, column, code, value, message }) => (
          <Tr key={`${row} ${column} ${code}`}>
            <Td end className="font-medium">
              {row}
            </Td>
            <Td>{column || '—'}</Td>
            <Td className="max-w-64 truncate font-mono text-xs" title={value}>
              {value || '(empty)'}
            </Td>
            <Td className="min-w-64 whitespace-normal!">{message}</Td>
            <Td className="font-mono text-xs text-muted">{code}</Td>
          </Tr>
        ))}
      </Table>
    </>
  )
}
