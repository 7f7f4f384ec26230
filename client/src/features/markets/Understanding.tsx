/** How a file was read. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Card } from '@/components/Card'
import { Stat, StatGrid } from '@/components/Stat'
import { graphql } from '@/graphql/tada'
import { formatCount } from '@/lib/numbers'
import { LAYOUT_WORDS } from './importDraft'
import { TIMEFRAME_WORDS } from './marketWords'

export const UnderstandingFields = graphql(`
  fragment UnderstandingFields on FileUnderstanding {
    format
    layout
    timeframe
    columns {
      role
      name
    }
    ignored
    rows
    symbols
    duplicates
  }
`)

const word = (words: Record<string, string>, key: string): string => words[key] ?? key

export function Understanding({ understanding }: { understanding: FragmentOf<typeof UnderstandingFields> }) {
  const { format, layout, timeframe, columns, ignored, rows, symbols, duplicates } = readFragment(
    UnderstandingFields,
    understanding,
  )
  return (
    <Card title="How the file was read">
      <StatGrid>
        <Stat name="Rows" value={formatCount(rows)} detail={format} />
        <Stat name="Symbols" value={formatCount(symbols)} detail={word(LAYOUT_WORDS, layout)} />
        <Stat name="Timeframe" value={word(TIMEFRAME_WORDS, timeframe)} />
        <Stat name="Repeated rows left out" value={formatCount(duplicates)} />
      </StatGrid>
      <dl className="mt-4 flex flex-wrap gap-x-6 gap-y-1 text-sm">
        {columns.map(({ role, name }) => (
          <div key={role} className="flex gap-1.5">
            <dt className="text-muted">{role}</dt>
            <dd className="font-mono">{name}</dd>
          </div>
        ))}
        {ignored.length > 0 && (
          <div className="flex min-w-0 gap-1.5">
            <dt className="shrink-0 text-muted">left out</dt>
            <dd className="font-mono wrap-anywhere">{ignored.join(', ')}</dd>
          </div>
        )}
      </dl>
    </Card>
  )
}
