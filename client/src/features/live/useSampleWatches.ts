/** Keeps the pairs of the sample data that are good to begin with, and follows them. */
import { useState } from 'react'
import { useClient } from 'urql'
import { usePairCreation } from '@/features/pairs/usePairCreation'
import { graphql } from '@/graphql/tada'
import { addDays, addYears, toMoment } from '@/lib/dates'
import { commonHistory } from '@/lib/periods'
import { useWatchPair } from './useWatchPair'

export const SAMPLE_PAIRS = [
  { y: 'KO', x: 'PEP' },
  { y: 'XOM', x: 'CVX' },
  { y: 'JPM', x: 'BAC' },
] as const

const FORMATION_YEARS = 5

const PairToWatch = graphql(`
  query PairToWatch($y: String!, $x: String!) {
    pair(y: $y, x: $x) {
      id
      y {
        id
        firstBar
        lastBar
      }
      x {
        id
        firstBar
        lastBar
      }
    }
  }
`)

interface Start {
  busy: boolean
  problems: readonly string[]
  start: () => Promise<void>
}

export function useSampleWatches(): Start {
  const client = useClient()
  const { keep, problems: kept } = usePairCreation()
  const { submit, problems: watched } = useWatchPair()
  const [busy, setBusy] = useState(false)

  const begin = async ({ y, x }: (typeof SAMPLE_PAIRS)[number]) => {
    if (!(await keep({ y, x }))) return false
    const { data } = await client.query(PairToWatch, { y, x }, { requestPolicy: 'network-only' })
    const history = data?.pair && commonHistory(data.pair.y, data.pair.x)
    if (!data?.pair || !history) return false
    // The replay plays the last year again, so the formation ends before it.
    const end = addDays(addYears(history.end, -1), -7)
    const formation = { start: toMoment(addYears(end, -FORMATION_YEARS)), end: toMoment(end) }
    return (await submit({ pairId: data.pair.id, formation })) !== undefined
  }
  const start = async () => {
    setBusy(true)
    for (const legs of SAMPLE_PAIRS) if (!(await begin(legs))) break
    setBusy(false)
  }
  const problems = [kept, watched].flatMap(({ fields, form }) => [...Object.values(fields), ...form])
  return { busy, problems, start }
}
