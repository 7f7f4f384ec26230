/** The result of a portfolio that succeeded. It is asked for when the job has ended, so nothing here is half a result. */
import { Card } from '@/components/Card'
import { Failure } from '@/components/Failure'
import { Skeleton } from '@/components/Skeleton'
import { LeakCheckCard, LeakCheckFields } from '@/features/backtests/LeakCheckCard'
import { ManifestCard, ManifestFields } from '@/features/backtests/ManifestCard'
import { MetricsGrid, MetricsGridFields } from '@/features/backtests/MetricsGrid'
import { TrialsCard, TrialsFields } from '@/features/campaigns/TrialsCard'
import { EstimateFields } from '@/graphql/estimates'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { BookCharts, BookChartsFields } from './BookCharts'
import { ContributionsCard, ContributionsFields } from './ContributionsCard'
import { describeBook } from './portfolioWords'

const PortfolioReportQuery = graphql(
  `
    query PortfolioReport($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on Portfolio {
          metrics {
            totalReturn { ...EstimateFields }
            sharpe { ...EstimateFields }
            ...MetricsGridFields
          }
          profit {
            contributions {
              total
              pair {
                id
                y {
                  id
                  currency
                }
              }
            }
            ...ContributionsFields
          }
          leakCheck {
            ...LeakCheckFields
          }
          manifest {
            ...ManifestFields
          }
          trials {
            ...TrialsFields
          }
          ...BookChartsFields
        }
      }
    }
  `,
  [
    EstimateFields,
    MetricsGridFields,
    ContributionsFields,
    LeakCheckFields,
    ManifestFields,
    TrialsFields,
    BookChartsFields,
  ],
)

export function PortfolioReport({ id }: { id: string }) {
  const { data, problem, again } = useAnswer({ query: PortfolioReportQuery, variables: { id } })
  const portfolio = data?.node?.__typename === 'Portfolio' ? data.node : undefined
  if (problem) return <Failure title="The result cannot be shown" message={problem} onRetry={again} />
  if (!portfolio?.metrics || !portfolio.profit) return <Skeleton className="h-[36rem]" />
  const { metrics, profit, trials, leakCheck, manifest } = portfolio
  // All pairs of a book share one currency; without any pair left it is not known any more.
  const currency = profit.contributions.find(({ pair }) => pair)?.pair?.y.currency ?? ''
  return (
    <>
      <Card title="The book">
        <p className="mb-4 max-w-prose">
          {describeBook(metrics.totalReturn, metrics.sharpe, profit.contributions)}
        </p>
        <BookCharts portfolio={portfolio} currency={currency} />
      </Card>
      <ContributionsCard profit={profit} currency={currency} />
      <Card
        title="Figures"
        hint="Of the book as a whole, after costs. A year has 252 bars, or 365 where a market never closes; days without a position count."
      >
        <MetricsGrid metrics={metrics} currency={currency} />
      </Card>
      <div className="grid items-start gap-6 lg:grid-cols-2">
        {trials && <TrialsCard trials={trials} whose="this portfolio" />}
        {leakCheck && <LeakCheckCard check={leakCheck} of="book" />}
      </div>
      {manifest && <ManifestCard manifest={manifest} />}
    </>
  )
}
