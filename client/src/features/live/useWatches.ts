/** The viewer's watched pairs, kept up to date by their ticks, with none lost between the list and the stream. */
import type { ResultOf, VariablesOf } from 'gql.tada'
import { useEffect, useRef, useState } from 'react'
import { type CombinedError, useQuery, useSubscription } from 'urql'
import { PairStateFields } from '@/graphql/pairState'
import { graphql } from '@/graphql/tada'
import { LiveCardFields } from './LiveCard'

/** As many as can be watched at once. */
const ALL = 100

const WatchedPairs = graphql(
  `
    query WatchedPairs($first: Int!) {
      watchedPairs(first: $first) {
        nodes {
          id
          pair {
            id
          }
          state {
            cursor
          }
          falseAlarmBars
          timeframe
          ...LiveCardFields
        }
      }
      feeds {
        name
        label
        replay
        running
      }
    }
  `,
  [LiveCardFields],
)

const PairTicks = graphql(
  `
    subscription PairTicks($pairIds: [ID!]!, $after: String) {
      pairTicks(pairIds: $pairIds, after: $after) {
        __typename
        ... on PairState {
          pair {
            id
          }
          ...PairStateFields
          cursor
        }
        ... on StreamGap {
          subject {
            __typename
            id
            ... on Pair {
              y {
                id
                symbol
              }
              x {
                id
                symbol
              }
            }
          }
          first
          last
          cursor
          words: reason
        }
      }
    }
  `,
  [PairStateFields],
)

type Data = ResultOf<typeof WatchedPairs>
export type Watch = Data['watchedPairs']['nodes'][number]
export type Feed = Data['feeds'][number]
export type Gap = Extract<ResultOf<typeof PairTicks>['pairTicks'], { __typename: 'StreamGap' }>

interface Watches {
  watches: readonly Watch[] | undefined
  feeds: readonly Feed[]
  error: CombinedError | undefined
  /** Ticks that can no longer be had, until somebody has read of them. */
  gap: Gap | undefined
  forgetGap: () => void
  ask: () => void
}

const NOTHING = { pairIds: [] as string[], after: '' }

/** The set of pairs that is followed, and where its stream begins: where the list's states end. */
function beginning(watches: readonly Watch[]) {
  return {
    pairIds: watches.map(({ pair }) => pair.id),
    after: watches.map(({ state }) => state.cursor).join(','),
  }
}

export function useWatches(): Watches {
  const [{ data, error, stale }, ask] = useQuery({
    query: WatchedPairs,
    variables: { first: ALL },
    requestPolicy: 'cache-and-network',
  })
  const watches = data?.watchedPairs.nodes
  const followed = useRef<{ key: string; variables: ReturnType<typeof beginning> }>(undefined)
  // The cursors move with every tick; the stream begins anew only when other pairs are watched. What an earlier visit
  // left in the cache is too old to begin from.
  const key = watches?.map(({ id }) => id).join() ?? ''
  if (watches && !stale && followed.current?.key !== key)
    followed.current = { key, variables: beginning(watches) }
  const variables = followed.current?.variables ?? NOTHING
  const [ticks] = useSubscription<ResultOf<typeof PairTicks>, { gap?: Gap }, VariablesOf<typeof PairTicks>>(
    { query: PairTicks, variables, pause: variables.pairIds.length === 0 },
    (seen, { pairTicks }) => (pairTicks.__typename === 'StreamGap' ? { gap: pairTicks } : (seen ?? {})),
  )
  const [read, setRead] = useState<string>()
  const gap = ticks.data?.gap
  const refresh = useRef(() => {})
  refresh.current = () => ask({ requestPolicy: 'network-only' })
  useEffect(() => {
    if (gap) refresh.current()
  }, [gap])
  return {
    watches,
    feeds: data?.feeds ?? [],
    error: error ?? ticks.error,
    gap: gap?.cursor === read ? undefined : gap,
    forgetGap: () => setRead(gap?.cursor),
    ask: () => {
      followed.current = undefined
      refresh.current()
    },
  }
}
