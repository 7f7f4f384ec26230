/** One instrument: its bars, what was found wrong with them, where they came from. */
import { getRouteApi } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { Badge } from '@/components/Badge'
import { Failure } from '@/components/Failure'
import { PageHeader } from '@/components/PageHeader'
import { Skeleton } from '@/components/Skeleton'
import { ActionsCard, ActionsCardFields } from '@/features/markets/ActionsCard'
import { readChartView } from '@/features/markets/chartView'
import { KIND_WORDS } from '@/features/markets/marketWords'
import { PriceCard, PriceCardFields } from '@/features/markets/PriceCard'
import { QualityCard, QualityCardFields } from '@/features/markets/QualityCard'
import { RevisionsCard } from '@/features/markets/RevisionsCard'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import type { Span } from '@/lib/bars'
import { formatDay } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'
import { useView } from '../useView'
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
        market {
          id
          name
        }
        quality {
          ...QualityCardFields
        }
        ...PriceCardFields
        ...ActionsCardFields
      }
    }
  `,
  [QualityCardFields, PriceCardFields, ActionsCardFields],
)

export function InstrumentPage() {
  const { symbol } = route.useParams()
  const view = useView('/instruments/$symbol')
  const navigate = route.useNavigate()
  const [focus, setFocus] = useState<Span>()
  const chart = useRef<HTMLDivElement>(null)
  const { data, problem, again } = useAnswer({
    query: InstrumentQuery,
    variables: { symbol, market: view.market ?? null },
  })
  if (problem) return <Failure title={symbol} message={problem} onRetry={again} />
  if (!data) return <Skeleton className="h-[34rem]" />
  const { instrument } = data
  if (!instrument) return <NotFoundPage what={`an instrument ${symbol}`} />
  const { id, name, market, currency, kind, synthetic, barCount, firstBar, lastBar } = instrument
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
        <PriceCard
          instrument={instrument}
          view={view}
          focus={focus}
          at={chart}
          onView={(next) =>
            void navigate({
              search: (now) => readChartView({ ...now, ...next }),
              replace: true,
              resetScroll: false,
            })
          }
        />
        <div className="grid items-start gap-6 lg:grid-cols-2">
          <QualityCard quality={instrument.quality} onShow={onShow} />
          <ActionsCard instrument={instrument} />
        </div>
        <RevisionsCard instrumentId={id} />
      </div>
    </>
  )
}
