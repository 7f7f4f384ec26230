/** The viewer's universes, and the form for another one. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { buttonClasses } from '@/components/Button'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { LoadMore } from '@/components/LoadMore'
import { PageHeader } from '@/components/PageHeader'
import { Skeleton } from '@/components/Skeleton'
import { CreateUniverseForm } from '@/features/markets/CreateUniverseForm'
import { UniverseActions } from '@/features/markets/UniverseActions'
import { UniverseCard, UniverseCardFields } from '@/features/markets/UniverseCard'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'

const PAGE = 10

const Universes = graphql(
  `
    query Universes($first: Int!, $after: String) {
      universes(first: $first, after: $after) {
        nodes {
          id
          ...UniverseCardFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  `,
  [UniverseCardFields],
)

function UniverseList() {
  const [after, setAfter] = useState<string | null>(null)
  const { data, problem, fetching, again } = useAnswer({
    query: Universes,
    variables: { first: PAGE, after },
  })
  const universes = data?.universes
  if (problem) return <Failure title="The universes cannot be shown" message={problem} onRetry={again} />
  if (!universes) return <Skeleton className="h-40" />
  if (universes.nodes.length === 0)
    return (
      <div className="rounded-lg border border-dashed border-line-strong">
        <EmptyState title="No universes yet">
          A universe is a named set of instruments. With days of joining and leaving, a test as of a past day
          uses the members of that day, not those that survived.
        </EmptyState>
      </div>
    )
  return (
    <>
      {universes.nodes.map((universe) => (
        <UniverseCard key={universe.id} universe={universe}>
          {(known) => <UniverseActions {...known} />}
        </UniverseCard>
      ))}
      <LoadMore page={universes} fetching={fetching} onMore={setAfter} />
    </>
  )
}

export function UniversesPage() {
  return (
    <>
      <PageHeader
        title="Universes"
        description="Named sets of instruments whose members join and leave on given dates."
        actions={
          <Link to="/instruments" className={buttonClasses()}>
            Instruments
          </Link>
        }
      />
      <div className="grid gap-6">
        {/* Suggestions hang over the card's edge. */}
        <div className="[&>section]:overflow-visible">
          <Card title="New universe" hint="Members can also join later.">
            <CreateUniverseForm />
          </Card>
        </div>
        <UniverseList />
      </div>
    </>
  )
}
