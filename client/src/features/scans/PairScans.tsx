/** What the viewer's scans said of a pair: "found in 2 scans, best q = 0.31". */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useQuery } from 'urql'
import { Card } from '@/components/Card'
import { LoadMore } from '@/components/LoadMore'
import { Table, Td, Th, Tr } from '@/components/Table'
import { graphql } from '@/graphql/tada'
import { formatCount, formatNumber } from '@/lib/numbers'
import { formatPeriod } from '@/lib/periods'
import { describeMentions } from './mentions'

const PAGE = 20

const PairScansQuery = graphql(`
  query PairScans($id: ID!, $first: Int!, $after: String) {
    node(id: $id) {
      __typename
      id
      ... on Pair {
        scanResults(first: $first, after: $after) {
          nodes {
            id
            rank
            pValue
            qValue
            scan {
              id
              spec {
                universe
                level
                formation {
                  start
                  end
                }
              }
              summary {
                pairsTested
              }
            }
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
    <Th>Scan</Th>
    <Th>Formation</Th>
    <Th end>Rank</Th>
    <Th end>p</Th>
    <Th end>q, corrected</Th>
  </>
)

/** Nothing at all while no scan has listed the pair. */
export function PairScans({ pairId }: { pairId: string }) {
  const [after, setAfter] = useState<string | null>(null)
  const [{ data, fetching }] = useQuery({
    query: PairScansQuery,
    variables: { id: pairId, first: PAGE, after },
    requestPolicy: 'cache-and-network',
  })
  const results = data?.node?.__typename === 'Pair' ? data.node.scanResults : undefined
  if (!results || results.nodes.length === 0) return null
  return (
    <Card title="Scans that list this pair" hint={describeMentions(results.totalCount, results.nodes)} flush>
      <Table label="Scans of this pair" head={HEAD}>
        {results.nodes.map(({ id, rank, pValue, qValue, scan }) => (
          <Tr key={id}>
            <Td>
              <Link
                to="/scans/$id"
                params={{ id: scan.id }}
                className="font-medium text-accent hover:underline"
              >
                {scan.spec.universe}
              </Link>
            </Td>
            <Td className="text-muted">{formatPeriod(scan.spec.formation)}</Td>
            <Td end>
              {formatCount(rank)}
              {scan.summary && (
                <span className="text-muted"> of {formatCount(scan.summary.pairsTested)}</span>
              )}
            </Td>
            <Td end>{formatNumber(pValue, 4)}</Td>
            <Td end>{qValue === null ? `> ${scan.spec.level}` : formatNumber(qValue, 4)}</Td>
          </Tr>
        ))}
      </Table>
      {results.pageInfo.hasNextPage && <LoadMore page={results} fetching={fetching} onMore={setAfter} />}
    </Card>
  )
}
