/** The revisions of an instrument's data: where each came from, and what two of them tell differently. */
import { useState } from 'react'
import { Badge } from '@/components/Badge'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { LoadMore } from '@/components/LoadMore'
import { SkeletonRows } from '@/components/Skeleton'
import { Table, Td, Th, Tr } from '@/components/Table'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatDay, formatMoment } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'
import { DatasetDiff } from './DatasetDiff'
import { ADJUSTMENT_WORDS } from './marketWords'

const PAGE = 10

const Revisions = graphql(`
  query Revisions($id: ID!, $first: Int!, $after: String) {
    node(id: $id) {
      __typename
      id
      ... on Instrument {
        datasets(first: $first, after: $after) {
          nodes {
            id
            revision
            contentHash
            provider
            source
            synthetic
            adjustment
            barCount
            firstBar
            lastBar
            createdAt
          }
          pageInfo {
            hasNextPage
            endCursor
          }
          totalCount
        }
      }
    }
  }
`)

const HEAD = (
  <>
    <Th end>Revision</Th>
    <Th>Came from</Th>
    <Th end>Bars</Th>
    <Th>History</Th>
    <Th>Prices</Th>
    <Th>Imported</Th>
    <Th>Content hash</Th>
  </>
)

export function RevisionsCard({ instrumentId }: { instrumentId: string }) {
  const [after, setAfter] = useState<string | null>(null)
  const { data, problem, fetching, again } = useAnswer({
    query: Revisions,
    variables: { id: instrumentId, first: PAGE, after },
    requestPolicy: 'cache-and-network',
  })
  const datasets = data?.node?.__typename === 'Instrument' ? data.node.datasets : undefined
  return (
    <Card
      title="Revisions of the data"
      hint="An import never changes what was stored; it adds a revision."
      flush
    >
      {problem && <Failure title="The revisions cannot be shown" message={problem} onRetry={again} />}
      {!datasets && !problem && <SkeletonRows rows={2} />}
      {datasets?.nodes.length === 0 && <EmptyState title="No data yet" />}
      {datasets && datasets.nodes.length > 0 && (
        <>
          <Table label="Revisions" head={HEAD}>
            {datasets.nodes.map((one) => (
              <Tr key={one.id}>
                <Td end className="font-medium">
                  {one.revision}
                </Td>
                <Td className="max-w-72 truncate" title={one.source}>
                  {one.provider} <span className="text-muted">{one.source}</span>{' '}
                  {one.synthetic && <Badge tone="warn">generated</Badge>}
                </Td>
                <Td end>{formatCount(one.barCount)}</Td>
                <Td className="text-muted">
                  {formatDay(one.firstBar)} – {formatDay(one.lastBar)}
                </Td>
                <Td className="text-muted" title={ADJUSTMENT_WORDS[one.adjustment].meaning}>
                  {ADJUSTMENT_WORDS[one.adjustment].label}
                </Td>
                <Td className="text-muted">{formatMoment(one.createdAt)}</Td>
                <Td className="font-mono text-xs text-muted" title={one.contentHash}>
                  {one.contentHash.slice(0, 12)}
                </Td>
              </Tr>
            ))}
          </Table>
          <LoadMore page={datasets} fetching={fetching} onMore={setAfter} />
          {datasets.nodes.length > 1 && <DatasetDiff revisions={datasets.nodes} />}
        </>
      )}
    </Card>
  )
}
