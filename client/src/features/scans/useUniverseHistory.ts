/** The days on which a universe has bars, and the market that a form begins with. */
import { useMemo, useState } from 'react'
import { useQuery } from 'urql'
import { graphql } from '@/graphql/tada'
import { jointHistory } from '@/lib/formations'
import type { Period } from '@/lib/periods'
import type { ScanDraft } from './scanDraft'
import { largestMarket, useMarkets } from './useMarkets'

const UniverseHistory = graphql(`
  query UniverseHistory($where: InstrumentFilter!) {
    instruments(where: $where, first: 100) {
      nodes {
        id
        symbol
        firstBar
        lastBar
      }
    }
  }
`)

interface Known {
  history: Period | null
  loading: boolean
}

type Universe = Pick<ScanDraft, 'universe' | 'market' | 'symbols'>

/** Judged by the universe's first hundred instruments. */
export function useUniverseHistory({ universe, market, symbols }: Universe): Known {
  const empty = universe === 'MARKET' ? market === '' : symbols.length === 0
  const where = universe === 'MARKET' ? { market: { eq: market } } : { symbol: { in: [...symbols] } }
  const [{ data, fetching }] = useQuery({ query: UniverseHistory, variables: { where }, pause: empty })
  const nodes = empty ? undefined : data?.instruments.nodes
  return {
    history: useMemo(() => (nodes ? jointHistory(nodes) : null), [nodes]),
    loading: fetching && !nodes,
  }
}

/** The code of the market that a form begins with. */
export function useFirstMarket(): string | undefined {
  const { markets } = useMarkets()
  return markets && largestMarket(markets)
}

/** What is typed into a form about a universe, with the market that nobody has chosen yet filled in. */
export function useUniverseDraft<Draft extends Universe>(initial: Draft) {
  const [typed, setTyped] = useState(initial)
  const first = useFirstMarket()
  const draft: Draft = { ...typed, market: typed.market || first || '' }
  const onDraft = (change: Partial<Draft>) => setTyped({ ...typed, ...change })
  return { draft, onDraft, ...useUniverseHistory(draft) }
}
