/** The viewer's pairs as cards. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Button, buttonClasses } from '@/components/Button'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { Skeleton } from '@/components/Skeleton'
import { CreatePairButton } from '@/features/pairs/CreatePairButton'
import { PairCard, PairCardFields } from '@/features/pairs/PairCard'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'

const Pairs = graphql(
  `
    query Pairs($first: Int!, $after: String) {
      pairs(first: $first, after: $after) {
        nodes {
          id
          ...PairCardFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [PairCardFields],
)

function NoPairs() {
  return (
    <div className="rounded-lg border border-dashed border-line-strong">
      <EmptyState
        title="You keep no pair yet"
        action={
          <div className="flex flex-wrap items-start justify-center gap-2">
            <CreatePairButton y="KO" x="PEP" />
            <Link to="/scans/explore" className={buttonClasses()}>
              Explore all pairs
            </Link>
          </div>
        }
      >
        A pair is two instruments whose prices move together. Coca-Cola and PepsiCo are a good one to begin
        with, or look at the tests of all pairs of the market at once.
      </EmptyState>
    </div>
  )
}

export function PairsSection({ title, first }: { title: string; first: number }) {
  const [after, setAfter] = useState<string | null>(null)
  const { data, problem, fetching, again } = useAnswer({ query: Pairs, variables: { first, after } })
  const pairs = data?.pairs
  const { endCursor, hasNextPage } = pairs?.pageInfo ?? { endCursor: null, hasNextPage: false }
  return (
    <section aria-label={title}>
      <h2 className="mb-2.5 font-semibold">{title}</h2>
      {problem && <Failure title="The pairs cannot be shown" message={problem} onRetry={again} />}
      {!pairs && !problem && <Skeleton className="h-32" />}
      {pairs && pairs.nodes.length === 0 && <NoPairs />}
      {pairs && pairs.nodes.length > 0 && (
        <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
          {pairs.nodes.map((pair) => (
            <PairCard key={pair.id} pair={pair} />
          ))}
        </div>
      )}
      {hasNextPage && endCursor !== null && (
        <Button className="mt-4" busy={fetching} onClick={() => setAfter(endCursor)}>
          Load more
        </Button>
      )}
    </section>
  )
}
