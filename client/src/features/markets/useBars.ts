/** An instrument's bars for a chart: all of them in few points, and more of them where one zooms in. */
import { useEffect, useMemo, useRef, useState } from 'react'
import { type CombinedError, useQuery } from 'urql'
import { graphql } from '@/graphql/tada'
import { type Bar, finerSpan, layOver, type Span, toBars } from '@/lib/bars'
import type { Adjustment, Timeframe } from './marketWords'

const POINTS = 1_000
const SETTLED_MS = 200

const InstrumentBars = graphql(`
  query InstrumentBars(
    $id: ID!
    $timeframe: Timeframe!
    $adjustment: Adjustment!
    $from: DateTime
    $to: DateTime
    $maxPoints: Int!
  ) {
    node(id: $id) {
      __typename
      id
      ... on Instrument {
        bars(
          timeframe: $timeframe
          adjustment: $adjustment
          from: $from
          to: $to
          maxPoints: $maxPoints
        ) {
          count
          time
          open
          high
          low
          close
          volume
          downsampledFrom
          adjustment
        }
      }
    }
  }
`)

interface Asked {
  id: string
  timeframe: Timeframe
  adjustment: Adjustment
}

interface Bars {
  bars: readonly Bar[]
  /** How many bars there are in all, where fewer are drawn. */
  of: number | null
  /** What the prices are corrected for: what was asked, or more if the source did. */
  adjustment: Adjustment | undefined
  loading: boolean
  error: CombinedError | undefined
  onVisible: (visible: Span) => void
  retry: () => void
}

const moment = (seconds: number): string => new Date(seconds * 1000).toISOString()

function useSeries(asked: Asked, span: Span | null, pause: boolean) {
  const [{ data, error, fetching }, ask] = useQuery({
    query: InstrumentBars,
    variables: {
      ...asked,
      from: span && moment(span.from),
      to: span && moment(span.to),
      maxPoints: POINTS,
    },
    pause,
  })
  const series = !pause && data?.node?.__typename === 'Instrument' ? data.node.bars : undefined
  const bars = useMemo(() => (series ? toBars(series) : []), [series])
  return { series, bars, error, fetching, ask }
}

/** Mount it anew for another instrument, timeframe or adjustment. */
export function useBars(asked: Asked): Bars {
  const [span, setSpan] = useState<Span | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const coarse = useSeries(asked, null, false)
  const fine = useSeries(asked, span, span === null)
  const bars = useMemo(() => layOver(coarse.bars, fine.bars), [coarse.bars, fine.bars])
  const [first, last] = [coarse.bars[0], coarse.bars.at(-1)]

  const onVisible = (visible: Span) => {
    clearTimeout(timer.current)
    if (!first || !last || coarse.series?.downsampledFrom === null) return
    timer.current = setTimeout(() => {
      const complete = fine.series?.downsampledFrom === null
      const next = finerSpan(visible, { from: first.time, to: last.time }, span && { ...span, complete })
      if (next) setSpan(next)
    }, SETTLED_MS)
  }
  return {
    bars,
    of: coarse.series?.downsampledFrom ?? null,
    adjustment: coarse.series?.adjustment,
    loading: coarse.fetching && !coarse.series,
    error: coarse.error,
    onVisible,
    retry: () => coarse.ask({ requestPolicy: 'network-only' }),
  }
}
