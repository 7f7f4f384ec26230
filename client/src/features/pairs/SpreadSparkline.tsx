/** The last year of a pair's spread, small. It has a query of its own: the stretch depends on the pair's history. */
import { useQuery } from 'urql'
import { Skeleton } from '@/components/Skeleton'
import { Sparkline } from '@/components/Sparkline'
import { graphql } from '@/graphql/tada'
import { addYears, toMoment } from '@/lib/dates'
import { formatSigned } from '@/lib/numbers'
import type { Period } from '@/lib/periods'

const SpreadSparklineQuery = graphql(`
  query SpreadSparkline($id: ID!, $formation: PeriodInput!) {
    node(id: $id) {
      __typename
      id
      ... on Pair {
        spread(formation: $formation, maxPoints: 80) {
          spread
          zScore
        }
      }
    }
  }
`)

interface SpreadSparklineProps {
  pairId: string
  history: Period
}

export function SpreadSparkline({ pairId, history }: SpreadSparklineProps) {
  const yearAgo = addYears(history.end, -1)
  const start = yearAgo > history.start ? yearAgo : history.start
  const formation = { start: toMoment(start), end: toMoment(history.end) }
  const [{ data, fetching }] = useQuery({ query: SpreadSparklineQuery, variables: { id: pairId, formation } })
  const series = data?.node?.__typename === 'Pair' ? data.node.spread : undefined
  if (!series)
    return fetching ? (
      <Skeleton className="h-9" />
    ) : (
      <span className="h-9 text-sm text-muted">No spread yet</span>
    )
  const last = series.zScore.findLast((value) => value !== null)
  return (
    <span className="flex items-center gap-3">
      <span className="min-w-0 grow">
        <Sparkline label="Spread over the last year" values={series.spread} />
      </span>
      <span className="shrink-0 text-right text-sm">
        <span className="block font-medium">{formatSigned(last)}</span>
        <span className="block text-xs text-muted">z, last year</span>
      </span>
    </span>
  )
}
