/** The members of a universe that could not be tested, with reasons. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Notice } from '@/components/Notice'
import { graphql } from '@/graphql/tada'
import { formatCount } from '@/lib/numbers'

export const UnusableFields = graphql(`
  fragment UnusableFields on UnusableInstrument {
    symbol
    reason
  }
`)

export function UnusableMembers({ members }: { members: readonly FragmentOf<typeof UnusableFields>[] }) {
  const rows = readFragment(UnusableFields, members)
  if (rows.length === 0) return null
  const count = rows.length === 1 ? 'One instrument' : `${formatCount(rows.length)} instruments`
  return (
    <Notice tone="warning" title={`${count} could not be tested`}>
      <ul className="mt-1 max-h-56 overflow-y-auto">
        {rows.map(({ symbol, reason }) => (
          <li key={symbol}>
            <span className="font-medium">{symbol}</span>: {reason}
          </li>
        ))}
      </ul>
    </Notice>
  )
}
