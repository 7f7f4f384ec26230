/** One instrument: what it is and its prices. */
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { Badge } from '@/components/Badge'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { PageHeader } from '@/components/PageHeader'
import { Skeleton } from '@/components/Skeleton'
import { PriceChart, PriceChartFields } from '@/features/markets/PriceChart'
import { describeError } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'
import { NotFoundPage } from './NotFoundPage'

const route = getRouteApi('/instruments/$symbol')

const InstrumentQuery = graphql(
  `
    query Instrument($symbol: String!) {
      instrument(symbol: $symbol) {
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
        ...PriceChartFields
      }
    }
  `,
  [PriceChartFields],
)

export function InstrumentPage() {
  const { symbol } = route.useParams()
  const [{ data, error }, ask] = useQuery({ query: InstrumentQuery, variables: { symbol } })
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
  const { name, market, currency, kind, synthetic, barCount, firstBar, lastBar } = instrument
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
            <Badge>{kind.toLowerCase()}</Badge>
            {synthetic && <Badge tone="warn">generated, not observed</Badge>}
            {barCount > 0 && (
              <span>
                {formatCount(barCount)} daily bars, {formatDay(firstBar)} – {formatDay(lastBar)}
              </span>
            )}
          </p>
        }
      />
      <Card title="Price">
        {barCount > 0 ? <PriceChart instrument={instrument} /> : <EmptyState title="No bars yet" />}
      </Card>
    </>
  )
}
