/** A pair in a list: its legs and the shape of its spread of late. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, readFragment } from 'gql.tada'
import { graphql } from '@/graphql/tada'
import { commonHistory } from '@/lib/periods'
import { PairName } from './PairName'
import { SpreadSparkline } from './SpreadSparkline'

export const PairCardFields = graphql(`
  fragment PairCardFields on Pair {
    id
    tags
    y {
      id
      symbol
      name
      firstBar
      lastBar
    }
    x {
      id
      symbol
      name
      firstBar
      lastBar
    }
  }
`)

export function PairCard({ pair: masked }: { pair: FragmentOf<typeof PairCardFields> }) {
  const { id, y, x, tags } = readFragment(PairCardFields, masked)
  const history = commonHistory(y, x)
  return (
    <Link
      to="/pairs/$y/$x"
      params={{ y: y.symbol, x: x.symbol }}
      className="grid min-w-0 gap-2 rounded-lg border border-line bg-surface p-4 transition-colors hover:border-accent"
    >
      <span className="text-lg font-semibold">
        <PairName y={y.symbol} x={x.symbol} />
      </span>
      <span className="truncate text-sm text-muted">
        {y.name} · {x.name}
      </span>
      {history ? (
        <SpreadSparkline pairId={id} history={history} />
      ) : (
        <span className="h-9 text-sm">No shared history</span>
      )}
      {tags.length > 0 && <span className="truncate text-xs text-muted">{tags.join(' · ')}</span>}
    </Link>
  )
}
