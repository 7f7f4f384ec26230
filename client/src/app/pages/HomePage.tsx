/** Overview: pairs and instruments. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useQuery } from 'urql'
import { PairsSection } from '@/app/pages/PairsSection'
import { buttonClasses } from '@/components/Button'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { LoadMore } from '@/components/LoadMore'
import { PageHeader } from '@/components/PageHeader'
import { SearchBox } from '@/components/SearchBox'
import { SkeletonRows } from '@/components/Skeleton'
import { InstrumentRowFields, InstrumentTable } from '@/features/markets/InstrumentTable'
import { describeError } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'

const PAGE = 20
const route = getRouteApi('/')

const Instruments = graphql(
  `
    query Instruments($text: String!, $first: Int!, $after: String) {
      instruments(
        where: { OR: [{ symbol: { contains: $text } }, { name: { contains: $text } }] }
        orderBy: SYMBOL_ASC
        first: $first
        after: $after
      ) {
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

function InstrumentList({ text }: { text: string }) {
  const [after, setAfter] = useState<string | null>(null)
  const [{ data, error, fetching }, ask] = useQuery({
    query: Instruments,
    variables: { text, first: PAGE, after },
  })
  const instruments = data?.instruments
  if (error)
    return (
      <Failure
        title="The instruments cannot be shown"
        message={describeError(error)}
        onRetry={() => ask({ requestPolicy: 'network-only' })}
      />
    )
  if (!instruments) return <SkeletonRows rows={8} />
  if (instruments.nodes.length === 0) {
    return text ? (
      <EmptyState title="Nothing matches">No symbol and no name contains “{text}”.</EmptyState>
    ) : (
      <EmptyState title="No instruments yet">
        There is no data in this installation. <code className="font-mono">./titan up</code> imports the
        sample data.
      </EmptyState>
    )
  }
  return (
    <>
      <InstrumentTable instruments={instruments.nodes} />
      <LoadMore
        pageInfo={instruments.pageInfo}
        fetching={fetching}
        shown={instruments.nodes.length}
        total={instruments.totalCount}
        onMore={setAfter}
      />
    </>
  )
}

export function HomePage() {
  const { q = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const onSearch = (text: string) => void navigate({ search: text ? { q: text } : {}, replace: true })
  return (
    <>
      <PageHeader
        title="Overview"
        description="Keep pairs of instruments, look at their spread, and test trading it."
        actions={
          <Link to="/pairs" className={buttonClasses('primary')}>
            New pair
          </Link>
        }
      />
      <div className="grid gap-6">
        <PairsSection title="My pairs" first={6} />
        <Card
          title="Instruments"
          flush
          actions={<SearchBox label="Search instruments" text={q} onText={onSearch} />}
        >
          <InstrumentList key={q} text={q} />
        </Card>
      </div>
    </>
  )
}
