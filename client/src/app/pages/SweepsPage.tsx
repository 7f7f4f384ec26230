/** All of the viewer's sweeps, and the form that starts one. */
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { PagedList } from '@/components/PagedList'
import { PageHeader } from '@/components/PageHeader'
import { SweepStart } from '@/features/sweeps/SweepStart'
import { SweepRowFields, SweepTable } from '@/features/sweeps/SweepTable'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { useReconnect } from '../useReconnect'
import { useView } from '../useView'

const PAGE = 20
const route = getRouteApi('/sweeps')

const Sweeps = graphql(
  `
    query Sweeps($first: Int!, $after: String) {
      sweeps(first: $first, after: $after) {
        nodes {
          id
          ...SweepRowFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  `,
  [SweepRowFields],
)

export function SweepsPage() {
  const search = useView('/sweeps')
  const navigate = route.useNavigate()
  const [after, setAfter] = useState<string | null>(null)
  const { data, problem, fetching, again } = useAnswer({ query: Sweeps, variables: { first: PAGE, after } })
  useReconnect(again)
  return (
    <>
      <PageHeader
        title="Sweeps"
        description="Run one pair with many parameters, and learn how much of the best is luck."
      />
      <div className="grid gap-6">
        <Card title="New sweep" hint="Every combination is run and counted as a trial.">
          <SweepStart
            search={search}
            onSearch={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
          />
        </Card>
        <PagedList
          title="My sweeps"
          what="The sweeps"
          page={data?.sweeps}
          fetching={fetching}
          problem={problem}
          empty={
            <EmptyState title="No sweeps yet">Start one above: the sample pair takes seconds.</EmptyState>
          }
          onRetry={again}
          onMore={setAfter}
        >
          {(sweeps) => <SweepTable sweeps={sweeps} />}
        </PagedList>
      </div>
    </>
  )
}
