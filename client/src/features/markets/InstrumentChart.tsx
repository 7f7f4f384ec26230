/** An instrument's bars as a chart, with its splits and dividends marked. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { useMemo } from 'react'
import { BarChart } from '@/components/charts/BarChart'
import type { BarMark } from '@/components/charts/barSeries'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { Skeleton } from '@/components/Skeleton'
import { describeError } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import type { Span } from '@/lib/bars'
import { formatCount, formatMoney } from '@/lib/numbers'
import { actionMark } from './actionWords'
import { ADJUSTMENT_WORDS, type Adjustment, TIMEFRAME_WORDS, type Timeframe } from './marketWords'
import { useBars } from './useBars'

export const InstrumentChartFields = graphql(`
  fragment InstrumentChartFields on Instrument {
    id
    symbol
    currency
    corporateActions {
      kind
      exDate
      value
    }
  }
`)

interface InstrumentChartProps {
  instrument: FragmentOf<typeof InstrumentChartFields>
  timeframe: Timeframe
  adjustment: Adjustment
  focus: Span | undefined
  onVisible: (visible: Span) => void
}

/** Give it a key of timeframe and adjustment. */
export function InstrumentChart(props: InstrumentChartProps) {
  const { instrument, timeframe, adjustment, focus, onVisible } = props
  const { id, symbol, currency, corporateActions } = readFragment(InstrumentChartFields, instrument)
  const found = useBars({ id, timeframe, adjustment })
  const { bars, of } = found
  const marks = useMemo<BarMark[]>(() => corporateActions.map(actionMark), [corporateActions])
  const write = useMemo(() => (value: number) => formatMoney(value, currency, 2), [currency])
  if (found.error)
    return (
      <Failure title="The bars cannot be shown" message={describeError(found.error)} onRetry={found.retry} />
    )
  if (found.loading) return <Skeleton className="h-[28rem]" />
  if (bars.length === 0) return <EmptyState title="No bars of this length" />
  return (
    <>
      <BarChart
        label={`Bars of ${symbol}, ${TIMEFRAME_WORDS[timeframe]} each`}
        bars={bars}
        marks={marks}
        intraday={timeframe !== 'D1'}
        write={write}
        focus={focus}
        onVisible={(visible) => {
          found.onVisible(visible)
          onVisible(visible)
        }}
      />
      <p aria-live="polite" className="mt-2 text-xs text-muted">
        {of === null
          ? `All ${formatCount(bars.length)} bars are drawn.`
          : `${formatCount(bars.length)} points of ${formatCount(of)} bars are drawn; zooming in loads more of them.`}
        {found.adjustment !== undefined &&
          found.adjustment !== adjustment &&
          ` The source has already corrected its prices: ${ADJUSTMENT_WORDS[found.adjustment].meaning.toLowerCase()}.`}
      </p>
    </>
  )
}
