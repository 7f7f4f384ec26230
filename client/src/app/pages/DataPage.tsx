/** Where data come in: a file to import, and the imports so far. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { buttonClasses } from '@/components/Button'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { LoadMore } from '@/components/LoadMore'
import { PageHeader } from '@/components/PageHeader'
import { SkeletonRows } from '@/components/Skeleton'
import { ImportCard } from '@/features/markets/ImportCard'
import { ImportRowFields, ImportTable } from '@/features/markets/ImportTable'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { useReconnect } from '../useReconnect'

const PAGE = 20

const Imports = graphql(
  `
    query Imports($first: Int!, $after: String) {
      imports(first: $first, after: $after) {
        nodes {
          id
          ...ImportRowFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  `,
  [ImportRowFields],
)

function ImportList() {
  const [after, setAfter] = useState<string | null>(null)
  const { data, problem, fetching, again } = useAnswer({ query: Imports, variables: { first: PAGE, after } })
  useReconnect(again)
  const imports = data?.imports
  if (problem) return <Failure title="The imports cannot be shown" message={problem} onRetry={again} />
  if (!imports) return <SkeletonRows />
  if (imports.nodes.length === 0)
    return <EmptyState title="No imports yet">Files that you import above are listed here.</EmptyState>
  return (
    <>
      <ImportTable imports={imports.nodes} />
      <LoadMore page={imports} fetching={fetching} onMore={setAfter} />
    </>
  )
}

export function DataPage() {
  return (
    <>
      <PageHeader
        title="Data"
        description="Bring your own bars; every import is kept as a revision with where it came from."
        actions={
          <Link to="/instruments" className={buttonClasses()}>
            Instruments
          </Link>
        }
      />
      <div className="grid gap-6">
        <ImportCard />
        <Card title="My imports" flush>
          <ImportList />
        </Card>
      </div>
    </>
  )
}
