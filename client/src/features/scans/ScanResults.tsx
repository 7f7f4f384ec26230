/** The best pairs of a scan: sorted, filtered by p, a page at a time. */
import { useState } from 'react'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { SelectField } from '@/components/Field'
import { LoadMore } from '@/components/LoadMore'
import { SkeletonRows } from '@/components/Skeleton'
import { Table } from '@/components/Table'
import type { Legs } from '@/features/pairs/usePairCreation'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { MAX_P, ORDERS, type ResultOrder, type ResultView } from './resultView'
import { ScanResultHead, ScanResultRow, ScanResultRowFields } from './ScanResultRow'

const PAGE = 20

const ScanResultsQuery = graphql(
  `
    query ScanResults($id: ID!, $where: ScanResultFilter, $orderBy: ScanResultOrder!, $first: Int!, $after: String) {
      scan(id: $id) {
        id
        results(where: $where, orderBy: $orderBy, first: $first, after: $after) {
          nodes {
            id
            ...ScanResultRowFields
          }
          pageInfo {
            hasNextPage
            endCursor
          }
          totalCount
        }
      }
    }
  `,
  [ScanResultRowFields],
)

interface ListProps {
  scanId: string
  level: number
  view: ResultView
  opening: boolean
  onOpen: (legs: Legs) => void
}

function List({ scanId, level, view, opening, onOpen }: ListProps) {
  const [after, setAfter] = useState<string | null>(null)
  const where = view.maxP === undefined ? null : { pValue: { lte: view.maxP } }
  const orderBy = view.order ?? 'RANK_ASC'
  const variables = { id: scanId, where, orderBy, first: PAGE, after }
  const { data, problem, fetching, again } = useAnswer({ query: ScanResultsQuery, variables })
  const results = data?.scan?.results
  if (problem) return <Failure title="The results cannot be shown" message={problem} onRetry={again} />
  if (!results) return <SkeletonRows />
  if (results.nodes.length === 0) return <EmptyState title="No pair has a p-value that small" />
  return (
    <>
      <Table label="Results" head={<ScanResultHead />}>
        {results.nodes.map((result) => (
          <ScanResultRow key={result.id} result={result} level={level} busy={opening} onOpen={onOpen} />
        ))}
      </Table>
      <LoadMore page={results} fetching={fetching} onMore={setAfter} />
    </>
  )
}

interface ScanResultsProps extends ListProps {
  onView: (view: ResultView) => void
}

export function ScanResults({ onView, ...list }: ScanResultsProps) {
  const { order = 'RANK_ASC', maxP } = list.view
  const offered = maxP === undefined || MAX_P.includes(maxP) ? MAX_P : [maxP, ...MAX_P]
  const pOptions = [
    { value: '', label: 'Any p' },
    ...offered.map((p) => ({ value: String(p), label: `p ≤ ${p}` })),
  ]
  const change = (next: { order: ResultOrder; maxP: number | undefined }) =>
    onView({ order: next.order, ...(next.maxP === undefined ? {} : { maxP: next.maxP }) })
  return (
    <Card
      title="Best pairs"
      hint="q: p corrected for all tests of the scan."
      flush
      actions={
        <div className="flex gap-3">
          <SelectField
            label="Sort by"
            value={order}
            options={ORDERS}
            onValue={(chosen) => change({ order: chosen, maxP })}
          />
          <SelectField
            label="Show"
            value={maxP === undefined ? '' : String(maxP)}
            options={pOptions}
            onValue={(chosen) => change({ order, maxP: chosen === '' ? undefined : Number(chosen) })}
          />
        </div>
      }
    >
      <List key={`${order} ${maxP}`} {...list} />
    </Card>
  )
}
