/** The first rows of a file as they are, each column with what it was taken for. */
import { Badge } from '@/components/Badge'
import { Table, Td, Th, Tr } from '@/components/Table'

interface PreviewTableProps {
  header: readonly string[]
  rows: readonly (readonly string[])[]
  columns: readonly { role: string; name: string }[]
  ignored: readonly string[]
  symbols: readonly string[]
}

export function PreviewTable({ header, rows, columns, ignored, symbols }: PreviewTableProps) {
  const wordOf = (name: string) => {
    const role = columns.find((column) => column.name === name)?.role
    if (role) return <Badge tone="accent">{role}</Badge>
    if (symbols.includes(name)) return <Badge tone="gain">symbol</Badge>
    return <Badge>{ignored.includes(name) ? 'left out' : 'not used'}</Badge>
  }
  return (
    <Table
      label="First rows of the file"
      head={header.map((name, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name, and none ever moves
        <Th key={place}>
          <span className="block font-mono text-ink">{name || '(unnamed)'}</span>
          {wordOf(name)}
        </Th>
      ))}
    >
      {rows.map((row, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file may be equal, and none ever moves
        <Tr key={line}>
          {row.map((cell, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: cells may be equal, and none ever moves
            <Td key={place} className="max-w-64 truncate font-mono text-xs">
              {cell}
            </Td>
          ))}
        </Tr>
      ))}
    </Table>
  )
}
