/** The pairs that somebody keeps, for a form that trades them; without any, the way to the first. */
import type { ResultOf } from 'gql.tada'
import type { ReactNode } from 'react'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { SkeletonRows } from '@/components/Skeleton'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { CreatePairButton } from './CreatePairButton'

const KeptPairsQuery = graphql(`
  query KeptPairs {
    pairs(first: 100) {
      nodes {
        id
        y {
          id
          symbol
          currency
          firstBar
          lastBar
        }
        x {
          id
          symbol
          firstBar
          lastBar
        }
      }
    }
  }
`)

export type KeptPair = ResultOf<typeof KeptPairsQuery>['pairs']['nodes'][number]

interface KeptPairsProps {
  /** What pairs are needed for, in a sentence. */
  purpose: string
  children: (pairs: readonly [KeptPair, ...KeptPair[]]) => ReactNode
}

export function KeptPairs({ purpose, children }: KeptPairsProps) {
  const { data, problem, again } = useAnswer({ query: KeptPairsQuery, requestPolicy: 'cache-and-network' })
  if (problem) return <Failure title="Your pairs cannot be shown" message={problem} onRetry={again} />
  if (!data) return <SkeletonRows rows={4} label="Loading your pairs…" />
  const [first, ...others] = data.pairs.nodes
  if (first) return children([first, ...others])
  return (
    <EmptyState title="You keep no pair yet" action={<CreatePairButton y="KO" x="PEP" />}>
      {purpose}
    </EmptyState>
  )
}
