/** One portfolio: live while it runs, its result afterwards, the same at every reload. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { buttonClasses } from '@/components/Button'
import { JobPanelFields } from '@/features/jobs/JobPanel'
import { PortfolioReport } from '@/features/portfolios/PortfolioReport'
import { PortfolioSpecFields, PortfolioSpecRecap } from '@/features/portfolios/PortfolioSpecRecap'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatCount } from '@/lib/numbers'
import { RunPage, RunView } from './RunPage'

const route = getRouteApi('/portfolios/$id')

const PortfolioQuery = graphql(
  `
    query Portfolio($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on Portfolio {
          createdAt
          pairCount
          spec {
            ...PortfolioSpecFields
          }
          job {
            id
            state
            ...JobPanelFields
          }
        }
      }
    }
  `,
  [JobPanelFields, PortfolioSpecFields],
)

export function PortfolioPage() {
  const { id } = route.useParams()
  const answer = useAnswer({ query: PortfolioQuery, variables: { id }, requestPolicy: 'cache-and-network' })
  const node = answer.data?.node
  return (
    <RunPage what="portfolio" answer={answer} run={node?.__typename === 'Portfolio' ? node : undefined}>
      {(portfolio) => (
        <RunView
          run={portfolio}
          title={`Portfolio of ${formatCount(portfolio.pairCount)} ${portfolio.pairCount === 1 ? 'pair' : 'pairs'}`}
          actions={
            <Link to="/portfolios" className={buttonClasses()}>
              All portfolios
            </Link>
          }
          result={<PortfolioReport id={id} />}
          recap={<PortfolioSpecRecap spec={portfolio.spec} />}
        />
      )}
    </RunPage>
  )
}
