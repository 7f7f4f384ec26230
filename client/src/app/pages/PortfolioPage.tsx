/** One portfolio: live while it runs, its result afterwards, the same at every reload. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { buttonClasses } from '@/components/Button'
import { Card } from '@/components/Card'
import { Failure } from '@/components/Failure'
import { PageHeader } from '@/components/PageHeader'
import { Skeleton } from '@/components/Skeleton'
import { JobPanel, JobPanelFields } from '@/features/jobs/JobPanel'
import { JobStateBadge } from '@/features/jobs/JobStateBadge'
import { useJobUpdates } from '@/features/jobs/useJobUpdates'
import { PortfolioReport } from '@/features/portfolios/PortfolioReport'
import { PortfolioSpecFields, PortfolioSpecRecap } from '@/features/portfolios/PortfolioSpecRecap'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatMoment } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'
import { NotFoundPage } from './NotFoundPage'

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
  const { data, problem, again } = useAnswer({
    query: PortfolioQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  })
  const portfolio = data?.node?.__typename === 'Portfolio' ? data.node : undefined
  useJobUpdates(portfolio?.job)
  if (problem) return <Failure title="This portfolio cannot be shown" message={problem} onRetry={again} />
  if (!data) return <Skeleton className="h-[40rem]" />
  if (!portfolio) return <NotFoundPage what="such a portfolio" />
  const { spec, job, createdAt, pairCount } = portfolio
  const title = `Portfolio of ${formatCount(pairCount)} ${pairCount === 1 ? 'pair' : 'pairs'}`
  return (
    <>
      <PageHeader
        title={title}
        heading={
          <span className="flex flex-wrap items-center gap-x-3">
            {title} <JobStateBadge state={job.state} />
          </span>
        }
        description={`Started ${formatMoment(createdAt)}`}
        actions={
          <Link to="/portfolios" className={buttonClasses()}>
            All portfolios
          </Link>
        }
      />
      <div className="grid gap-6">
        <JobPanel job={job} />
        {job.state === 'SUCCEEDED' && <PortfolioReport id={id} />}
        <Card title="What was asked for">
          <PortfolioSpecRecap spec={spec} />
        </Card>
      </div>
    </>
  )
}
