/** All of the viewer's portfolios, and the form that starts one. */
import { useState } from 'react'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { PagedList } from '@/components/PagedList'
import { PageHeader } from '@/components/PageHeader'
import { PortfolioRowFields, PortfolioTable } from '@/features/portfolios/PortfolioTable'
import { StartPortfolioForm } from '@/features/portfolios/StartPortfolioForm'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { useReconnect } from '../useReconnect'

const PAGE = 20

const Portfolios = graphql(
  `
    query Portfolios($first: Int!, $after: String) {
      portfolios(first: $first, after: $after) {
        nodes {
          id
          ...PortfolioRowFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  `,
  [PortfolioRowFields],
)

export function PortfoliosPage() {
  const [after, setAfter] = useState<string | null>(null)
  const { data, problem, fetching, again } = useAnswer({
    query: Portfolios,
    variables: { first: PAGE, after },
  })
  useReconnect(again)
  return (
    <>
      <PageHeader
        title="Portfolios"
        description="Many pairs as one book: shared capital, legs in the same instrument netted, limits per instrument."
      />
      <div className="grid gap-6">
        <Card
          title="New portfolio"
          hint="Estimated on formation, traded afterwards, by the same thresholds for all pairs."
        >
          <StartPortfolioForm />
        </Card>
        <PagedList
          title="My portfolios"
          what="The portfolios"
          page={data?.portfolios}
          fetching={fetching}
          problem={problem}
          empty={<EmptyState title="No portfolios yet">Choose pairs above and run them together.</EmptyState>}
          onRetry={again}
          onMore={setAfter}
        >
          {(portfolios) => <PortfolioTable portfolios={portfolios} />}
        </PagedList>
      </div>
    </>
  )
}
