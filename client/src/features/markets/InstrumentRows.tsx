/** Some rows of the list of instruments; their prices and quality come after them, so that nobody waits for those. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, type ResultOf, readFragment } from 'gql.tada'
import { Badge } from '@/components/Badge'
import { Skeleton } from '@/components/Skeleton'
import { Sparkline } from '@/components/Sparkline'
import { Td, Tr } from '@/components/Table'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatDay } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'
import { KIND_WORDS } from './marketWords'
import { QualityBadge, QualityBadgeFields } from './QualityBadge'

export const InstrumentRowFields = graphql(`
  fragment InstrumentRowFields on Instrument {
    id
    symbol
    name
    kind
    synthetic
    barCount
    firstBar
    lastBar
    market {
      id
      code
      name
    }
  }
`)

const InstrumentExtras = graphql(
  `
    query InstrumentExtras($ids: [ID!]!) {
      nodes(ids: $ids) {
        __typename
        id
        ... on Instrument {
          quality {
            ...QualityBadgeFields
          }
          bars(maxPoints: 60) {
            close
          }
        }
      }
    }
  `,
  [QualityBadgeFields],
)

export type InstrumentRow = FragmentOf<typeof InstrumentRowFields> & { id: string }
type Extra = Extract<
  NonNullable<ResultOf<typeof InstrumentExtras>['nodes'][number]>,
  { __typename: 'Instrument' }
>

interface RowProps {
  instrument: InstrumentRow
  extra: Extra | undefined
  /** Why there is no extra, once that is known. */
  problem: string | undefined
}

function Extras({ symbol, extra, problem }: Omit<RowProps, 'instrument'> & { symbol: string }) {
  const waiting = problem ? (
    <span title={problem} className="text-muted">
      —
    </span>
  ) : (
    <Skeleton className="h-5" />
  )
  const closes = extra?.bars.close ?? []
  return (
    <>
      <Td className="w-32 min-w-32">
        {extra
          ? closes.length > 1 && <Sparkline label={`Closing prices of ${symbol}`} values={closes} />
          : waiting}
      </Td>
      <Td className="min-w-20">{extra ? <QualityBadge of={symbol} quality={extra.quality} /> : waiting}</Td>
    </>
  )
}

function Row({ instrument, ...extras }: RowProps) {
  const { symbol, name, kind, synthetic, barCount, firstBar, lastBar, market } = readFragment(
    InstrumentRowFields,
    instrument,
  )
  return (
    <Tr>
      <Td>
        <Link
          to="/instruments/$symbol"
          params={{ symbol }}
          search={{ market: market.code }}
          className="font-medium text-accent hover:underline"
        >
          {symbol}
        </Link>
      </Td>
      <Td className="max-w-64 truncate" title={name}>
        {name} {synthetic && <Badge tone="warn">generated</Badge>}
      </Td>
      <Extras symbol={symbol} {...extras} />
      <Td className="text-muted">{KIND_WORDS[kind]}</Td>
      <Td className="text-muted" title={market.name}>
        {market.code}
      </Td>
      <Td end>{formatCount(barCount)}</Td>
      <Td className="text-muted">{formatDay(firstBar)}</Td>
      <Td className="text-muted">{formatDay(lastBar)}</Td>
    </Tr>
  )
}

export function InstrumentRows({ instruments }: { instruments: readonly InstrumentRow[] }) {
  const { data, problem } = useAnswer({
    query: InstrumentExtras,
    // From the cache first, a failure would be lost when the list is drawn twice at once.
    requestPolicy: 'network-only',
    variables: { ids: instruments.map(({ id }) => id) },
  })
  const extras = new Map(
    (data?.nodes ?? []).flatMap((node) =>
      node?.__typename === 'Instrument' ? [[node.id, node] as const] : [],
    ),
  )
  return instruments.map((instrument) => (
    <Row key={instrument.id} instrument={instrument} extra={extras.get(instrument.id)} problem={problem} />
  ))
}
