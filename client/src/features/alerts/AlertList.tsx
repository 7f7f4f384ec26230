/** The viewer's alerts, newest first: those that nobody has seen, or all. */
import { useState } from 'react'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { LoadMore } from '@/components/LoadMore'
import { SkeletonRows } from '@/components/Skeleton'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
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
  const { data, problem, fetching, again } = useAnswer({ query: Alerts, variables: { where, first, after } })
  const alerts = data?.alerts
  if (problem) return <Failure title="The alerts cannot be shown" message={problem} onRetry={again} />
  if (!alerts) return <SkeletonRows rows={3} />
  if (alerts.nodes.length === 0)
    return choice === 'unseen' ? (
      <EmptyState title="No new alerts">What rules raise is listed here until you acknowledge it.</EmptyState>
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
      <LoadMore page={alerts} fetching={fetching} onMore={setAfter} />
    </>
  )
}
