/** Instruments as a list that is filtered, sorted and paged. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { buttonClasses } from '@/components/Button'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { LoadMore } from '@/components/LoadMore'
import { SkeletonRows } from '@/components/Skeleton'
import { InstrumentRowFields } from '@/features/markets/InstrumentRows'
import { InstrumentTable } from '@/features/markets/InstrumentTable'
import {
  DEFAULT_ORDER,
  filterOf,
  type InstrumentOrder,
  type InstrumentView,
} from '@/features/markets/instrumentView'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'

const PAGE = 20

const Instruments = graphql(
  `
    query Instruments($where: InstrumentFilter, $orderBy: InstrumentOrder!, $first: Int!, $after: String) {
      instruments(where: $where, orderBy: $orderBy, first: $first, after: $after) {
        nodes {
          id
          ...InstrumentRowFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  `,
  [InstrumentRowFields],
)

function Nothing({ filtered }: { filtered: boolean }) {
  if (filtered) return <EmptyState title="Nothing matches">No instrument is like that.</EmptyState>
  return (
    <EmptyState
      title="No instruments yet"
      action={
        <Link to="/data" className={buttonClasses('primary')}>
          Import a file
        </Link>
      }
    >
      There is no data in this installation. <code className="font-mono">./titan up</code> imports the sample
      data.
    </EmptyState>
  )
}

interface InstrumentsSectionProps {
  view: InstrumentView
  onOrder?: (order: InstrumentOrder) => void
}

/** Give it a key of the view: another view begins at its first page. */
export function InstrumentsSection({ view, onOrder }: InstrumentsSectionProps) {
  const [after, setAfter] = useState<string | null>(null)
  const { order = DEFAULT_ORDER } = view
  const where = filterOf(view)
  const { data, problem, fetching, again } = useAnswer({
    query: Instruments,
    variables: { where, orderBy: order, first: PAGE, after },
  })
  const instruments = data?.instruments
  if (problem) return <Failure title="The instruments cannot be shown" message={problem} onRetry={again} />
  if (!instruments) return <SkeletonRows rows={8} />
  if (instruments.nodes.length === 0) return <Nothing filtered={where !== null} />
  return (
    <>
      <InstrumentTable
        instruments={instruments.nodes}
        {...(onOrder ? { sorting: { order, onOrder } } : {})}
      />
      <LoadMore page={instruments} fetching={fetching} onMore={setAfter} />
    </>
  )
}
