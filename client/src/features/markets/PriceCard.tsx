/** An instrument's bars with the choices of how they are drawn. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { type RefObject, useRef, useState } from 'react'
import { Card } from '@/components/Card'
import { ChoiceButtons } from '@/components/ChoiceButtons'
import { EmptyState } from '@/components/EmptyState'
import { graphql } from '@/graphql/tada'
import type { Span } from '@/lib/bars'
import type { ChartView } from './chartView'
import { InstrumentChart, InstrumentChartFields } from './InstrumentChart'
import { ADJUSTMENT_WORDS, type Adjustment, TIMEFRAME_WORDS } from './marketWords'

export const PriceCardFields = graphql(
  `
    fragment PriceCardFields on Instrument {
      id
      timeframes
      ...InstrumentChartFields
    }
  `,
  [InstrumentChartFields],
)

const ADJUSTMENTS = (Object.keys(ADJUSTMENT_WORDS) as Adjustment[]).map((value) => ({
  value,
  label: ADJUSTMENT_WORDS[value].label,
  title: ADJUSTMENT_WORDS[value].meaning,
}))

interface PriceCardProps {
  instrument: FragmentOf<typeof PriceCardFields>
  view: ChartView
  /** A stretch to go to; a new object goes there again. */
  focus: Span | undefined
  at: RefObject<HTMLDivElement | null>
  onView: (change: ChartView) => void
}

/** The newer of what was asked for and what was seen when the view last changed. */
function useStay(focus: Span | undefined) {
  const visible = useRef<Span>(undefined)
  const [stay, setStay] = useState<{ span: Span | undefined; over: Span | undefined }>()
  return {
    focus: stay && stay.over === focus ? stay.span : focus,
    onVisible: (span: Span) => {
      visible.current = span
    },
    /** Another chart is about to show the same stretch. */
    keep: () => setStay({ span: visible.current, over: focus }),
  }
}

export function PriceCard({ instrument, view, focus, at, onView }: PriceCardProps) {
  const found = readFragment(PriceCardFields, instrument)
  const { id, timeframes } = found
  const { adjustment = 'TOTAL_RETURN' } = view
  const timeframe = view.timeframe ?? (timeframes.includes('D1') ? 'D1' : (timeframes[0] ?? 'D1'))
  const stay = useStay(focus)
  const change = (next: ChartView) => {
    stay.keep()
    onView(next)
  }
  return (
    <div ref={at} className="min-w-0">
      <Card
        title="Price"
        hint={ADJUSTMENT_WORDS[adjustment].meaning}
        actions={
          <div className="flex flex-wrap gap-3">
            {timeframes.length > 1 && (
              <ChoiceButtons
                label="Timeframe"
                options={timeframes.map((value) => ({ value, label: TIMEFRAME_WORDS[value] }))}
                chosen={timeframe}
                onChoose={(next) => change({ timeframe: next })}
              />
            )}
            <ChoiceButtons
              label="Adjustment"
              options={ADJUSTMENTS}
              chosen={adjustment}
              onChoose={(next) => change({ adjustment: next })}
            />
          </div>
        }
      >
        {timeframes.length > 0 ? (
          <InstrumentChart
            key={`${id} ${timeframe} ${adjustment}`}
            instrument={found}
            timeframe={timeframe}
            adjustment={adjustment}
            focus={stay.focus}
            onVisible={stay.onVisible}
          />
        ) : (
          <EmptyState title="No bars yet" />
        )}
      </Card>
    </div>
  )
}
