/** What ticks, watches and alerts change in the cache. */
import { gql } from '@urql/core'
import type { Cache, UpdateResolver } from '@urql/exchange-graphcache'
import { PairStateFields } from './pairState'

interface Tick {
  __typename: string
  pair: { id: string }
  zScore: number | null
  barTime: string | null
  seq: number
  stale: boolean
}

/** As many bars as a watch's sparkline has. */
const RECENT = 60

const WatchState = gql`
  fragment WatchState on PairWatch {
    id
    state {
      pair {
        id
      }
      ...PairStateFields
    }
  }
  ${PairStateFields}
`

const WatchRecent = gql`
  fragment WatchRecent on PairWatch {
    id
    recentZScore
  }
`

function invalidate(cache: Cache, names: readonly string[], onlyNarrowed = false): void {
  for (const { fieldName, arguments: given } of cache.inspectFields('Query'))
    if (names.includes(fieldName) && (!onlyNarrowed || given?.['where']))
      cache.invalidate('Query', fieldName, given)
}

/** The keys of all watches of a pair that some list holds. */
function watchesOf(cache: Cache, pairKey: string | null): Set<string> {
  const lists = cache.inspectFields('Query').filter(({ fieldName }) => fieldName === 'watchedPairs')
  const keys = lists.flatMap(({ fieldKey }) => {
    const list = cache.resolve('Query', fieldKey)
    const nodes = typeof list === 'string' ? cache.resolve(list, 'nodes') : []
    return Array.isArray(nodes) ? nodes.filter((node) => typeof node === 'string') : []
  })
  return new Set(keys.filter((key) => cache.resolve(key, 'pair') === pairKey))
}

/** The z-scores of the last bars, of which the newest may be told again; undefined when history was made anew. */
function recentAfter(recent: readonly (number | null)[], before: string | null, tick: Tick) {
  if (tick.barTime === null || tick.barTime === before) return recent
  // A replay that begins again, and a pair formed again, have other bars before this one.
  if (before !== null && tick.barTime < before) return undefined
  return [...recent, tick.zScore].slice(-RECENT)
}

/** A tick moves its watch on; one that was seen already moves nothing. */
export const pairTicked: UpdateResolver = (result, _arguments, cache) => {
  const tick = (result as { pairTicks?: Tick | null }).pairTicks
  if (tick?.__typename !== 'PairState') return
  for (const key of watchesOf(cache, cache.keyOfEntity({ __typename: 'Pair', id: tick.pair.id }))) {
    const id = cache.resolve(key, 'id')
    const state = cache.resolve(key, 'state')
    if (typeof id !== 'string' || typeof state !== 'string') continue
    if (tick.seq <= Number(cache.resolve(state, 'seq') ?? 0)) continue
    const recent = cache.resolve(key, 'recentZScore')
    const before = cache.resolve(state, 'barTime')
    cache.writeFragment(WatchState, { __typename: 'PairWatch', id, state: tick })
    if (!Array.isArray(recent)) continue
    const moved = recentAfter(recent as (number | null)[], typeof before === 'string' ? before : null, tick)
    if (moved) cache.writeFragment(WatchRecent, { __typename: 'PairWatch', id, recentZScore: moved })
    else cache.invalidate(key, 'recentZScore')
  }
}

/** The list of watched pairs is asked for again, unless the mutation was refused. */
export const watchesChanged =
  (field: string, typename: string): UpdateResolver =>
  (result, _arguments, cache) => {
    const answer = (result as Record<string, { __typename: string }>)[field]
    if (answer?.__typename === typename) invalidate(cache, ['watchedPairs'])
  }

/** Lists of alerts lack the new one, or ones that were missed. */
export const alertRaised: UpdateResolver = (_result, _arguments, cache) => {
  invalidate(cache, ['alerts', 'alertRules'])
}

/** An acknowledged alert leaves the lists of those that were not seen. */
export const alertAcknowledged: UpdateResolver = (result, _arguments, cache) => {
  const answer = (result as { acknowledgeAlert: { __typename: string } }).acknowledgeAlert
  if (answer.__typename === 'Alert') invalidate(cache, ['alerts'], true)
}

/** The list of rules is asked for again, unless the mutation was refused. */
export const rulesChanged =
  (field: string, typename: string): UpdateResolver =>
  (result, _arguments, cache) => {
    const answer = (result as Record<string, { __typename: string }>)[field]
    if (answer?.__typename === typename) invalidate(cache, ['alertRules'])
  }
