/** The viewer's alerts, newest first: those that nobody has seen, or all. */
import { useState } from 'react'
import { useQuery } from 'urql'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { LoadMore } from '@/components/LoadMore'
import { SkeletonRows } from '@/components/Skeleton'
import { describeError } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { AlertItem, AlertItemFields } from './AlertItem'
import type { AlertChoice } from './alertWords'

const Alerts = graphql(
  `
    query Alerts($where: AlertFilter, $first: Int!, $after: String) {
      alerts(where: $where, first: $first, after: $after) {
        nodes {
          id
          ...AlertItemFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  `,
  [AlertItemFields],
)

const UNSEEN = { acknowledged: { eq: false } }

interface AlertListProps {
  choice: AlertChoice
  first: number
}

export function AlertList({ choice, first }: AlertListProps) {
  const [after, setAfter] = useState<string | null>(null)
  const where = choice === 'unseen' ? UNSEEN : null
  const [{ data, error, fetching }, ask] = useQuery({ query: Alerts, variables: { where, first, after } })
  const alerts = data?.alerts
  if (error)
    return (
      <Failure
        title="The alerts cannot be shown"
        message={describeError(error)}
        onRetry={() => ask({ requestPolicy: 'network-only' })}
      />
    )
  if (!alerts) return <SkeletonRows rows={3} />
  if (alerts.nodes.length === 0)
    return choice === 'unseen' ? (
      <EmptyState title="Nothing new">Every alert was acknowledged.</EmptyState>
    ) : (
      <EmptyState title="No alerts yet">Rules raise them while pairs are watched.</EmptyState>
    )
  return (
    <>
      <ul className="divide-y divide-line border-t border-line">
        {alerts.nodes.map((alert) => (
          <AlertItem key={alert.id} alert={alert} />
        ))}
      </ul>
      <LoadMore
        pageInfo={alerts.pageInfo}
        fetching={fetching}
        shown={alerts.nodes.length}
        total={alerts.totalCount}
        onMore={setAfter}
      />
    </>
  )
}
