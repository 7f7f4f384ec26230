/** One instrument: its bars, what was found wrong with them, where they came from. */
import { getRouteApi } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useQuery } from 'urql'
import { Badge } from '@/components/Badge'
import { Card } from '@/components/Card'
import { ChoiceButtons } from '@/components/ChoiceButtons'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { PageHeader } from '@/components/PageHeader'
import { Skeleton } from '@/components/Skeleton'
import { ActionsCard, ActionsCardFields } from '@/features/markets/ActionsCard'
import { type ChartView, readChartView } from '@/features/markets/chartView'
import { InstrumentChart, InstrumentChartFields } from '@/features/markets/InstrumentChart'
import {
  ADJUSTMENT_WORDS,
  type Adjustment,
  KIND_WORDS,
  TIMEFRAME_WORDS,
} from '@/features/markets/marketWords'
import { QualityCard, QualityCardFields } from '@/features/markets/QualityCard'
import { RevisionsCard } from '@/features/markets/RevisionsCard'
import { describeError } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import type { Span } from '@/lib/bars'
import { formatDay } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'
import { NotFoundPage } from './NotFoundPage'

const route = getRouteApi('/instruments/$symbol')

const InstrumentQuery = graphql(
  `
    query Instrument($symbol: String!, $market: String) {
      instrument(symbol: $symbol, market: $market) {
        id
        symbol
        name
        currency
        kind
        synthetic
        barCount
        firstBar
        lastBar
        timeframes
        market {
          id
          name
        }
        quality {
          ...QualityCardFields
        }
        ...InstrumentChartFields
        ...ActionsCardFields
      }
    }
  `,
  [QualityCardFields, InstrumentChartFields, ActionsCardFields],
)

const ADJUSTMENTS = (Object.keys(ADJUSTMENT_WORDS) as Adjustment[]).map((value) => ({
  value,
  label: ADJUSTMENT_WORDS[value].label,
  title: ADJUSTMENT_WORDS[value].meaning,
}))

export function InstrumentPage() {
  const { symbol } = route.useParams()
  const view = route.useSearch()
  const navigate = route.useNavigate()
  const [focus, setFocus] = useState<Span>()
  const chart = useRef<HTMLDivElement>(null)
  const [{ data, error }, ask] = useQuery({
    query: InstrumentQuery,
    variables: { symbol, market: view.market ?? null },
  })
  if (error)
    return (
      <Failure
        title={symbol}
        message={describeError(error)}
        onRetry={() => ask({ requestPolicy: 'network-only' })}
      />
    )
  if (!data) return <Skeleton className="h-[34rem]" />
  const { instrument } = data
  if (!instrument) return <NotFoundPage what={`an instrument ${symbol}`} />
  const { id, name, market, currency, kind, synthetic, barCount, firstBar, lastBar, timeframes } = instrument
  const { adjustment = 'TOTAL_RETURN' } = view
  const timeframe = view.timeframe ?? (timeframes.includes('D1') ? 'D1' : (timeframes[0] ?? 'D1'))
  const change = (next: ChartView) =>
    void navigate({ search: readChartView({ ...view, ...next }), replace: true, resetScroll: false })
  const onShow = (span: Span) => {
    setFocus(span)
    chart.current?.scrollIntoView({ block: 'nearest' })
  }
  return (
    <>
      <PageHeader
        title={instrument.symbol}
        heading={
          <>
            {instrument.symbol} <span className="font-normal text-muted">{name}</span>
          </>
        }
        description={
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
            <span>{market.name}</span>
            <span>{currency}</span>
            <Badge>{KIND_WORDS[kind]}</Badge>
            {synthetic && <Badge tone="warn">generated, not observed</Badge>}
            {barCount > 0 && (
              <span>
                {formatCount(barCount)} daily bars, {formatDay(firstBar)} – {formatDay(lastBar)}
              </span>
            )}
          </p>
        }
      />
      <div className="grid gap-6">
        <div ref={chart} className="min-w-0 scroll-mt-20">
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
                instrument={instrument}
                timeframe={timeframe}
                adjustment={adjustment}
                focus={focus}
              />
            ) : (
              <EmptyState title="No bars yet" />
            )}
          </Card>
        </div>
        <div className="grid items-start gap-6 lg:grid-cols-2">
          <QualityCard quality={instrument.quality} onShow={onShow} />
          <ActionsCard instrument={instrument} />
        </div>
        <RevisionsCard instrumentId={id} />
      </div>
    </>
  )
}
