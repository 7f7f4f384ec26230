/** One import, the same at every reload. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { buttonClasses } from '@/components/Button'
import { Failure } from '@/components/Failure'
import { PageHeader } from '@/components/PageHeader'
import { Skeleton } from '@/components/Skeleton'
import { JobStateBadge } from '@/features/jobs/JobStateBadge'
import { ImportReport } from '@/features/markets/ImportReport'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatMoment } from '@/lib/dates'
import { NotFoundPage } from './NotFoundPage'

const route = getRouteApi('/imports/$id')

const ImportQuery = graphql(`
  query Import($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on BarImport {
        fileName
        createdAt
        job {
          id
          state
        }
      }
    }
  }
`)

export function ImportPage() {
  const { id } = route.useParams()
  const { data, problem, again } = useAnswer({ query: ImportQuery, variables: { id } })
  if (problem) return <Failure title="This import cannot be shown" message={problem} onRetry={again} />
  if (!data) return <Skeleton className="h-[24rem]" />
  const found = data.node?.__typename === 'BarImport' ? data.node : undefined
  if (!found) return <NotFoundPage what="such an import" />
  return (
    <>
      <PageHeader
        title={`Import of ${found.fileName}`}
        heading={
          <span className="flex flex-wrap items-center gap-x-3 wrap-anywhere">
            Import of {found.fileName} <JobStateBadge state={found.job.state} />
          </span>
        }
        description={`Started ${formatMoment(found.createdAt)}`}
        actions={
          <Link to="/data" className={buttonClasses()}>
            All imports
          </Link>
        }
      />
      <ImportReport id={id} />
    </>
  )
}
