/** The viewer's alerts as they are raised, from where the page was opened on, and how many nobody has seen. */
import type { ResultOf, VariablesOf } from 'gql.tada'
import { useRef } from 'react'
import { useQuery, useSubscription } from 'urql'
import { graphql } from '@/graphql/tada'
import { AlertItemFields } from './AlertItem'

/** Toasts that are kept; of an avalanche the list tells. */
const KEPT = 50

const UnseenAlerts = graphql(`
  query UnseenAlerts {
    unseen: alerts(where: { acknowledged: { eq: false } }, first: 1) {
      totalCount
    }
    newest: alerts(first: 1) {
      nodes {
        id
        cursor
      }
    }
  }
`)

const AlertRaised = graphql(
  `
    subscription AlertRaised($after: String) {
      alertRaised(after: $after) {
        __typename
        ... on Alert {
          id
          message
          cursor
          ...AlertItemFields
        }
        ... on StreamGap {
          cursor
          reason
        }
      }
    }
  `,
  [AlertItemFields],
)

type AlertEvent = ResultOf<typeof AlertRaised>['alertRaised']

interface AlertStream {
  unseen: number
  /** What came since the page was opened, oldest first. */
  events: readonly AlertEvent[]
}

export function useAlertStream(): AlertStream {
  const [{ data, error }] = useQuery({ query: UnseenAlerts })
  const begun = useRef<{ after: string | null }>(undefined)
  // The stream begins where the list ended, once; later answers only count.
  if (begun.current === undefined && (data || error))
    begun.current = { after: data?.newest.nodes[0]?.cursor ?? null }
  const [stream] = useSubscription<
    ResultOf<typeof AlertRaised>,
    readonly AlertEvent[],
    VariablesOf<typeof AlertRaised>
  >(
    { query: AlertRaised, variables: begun.current ?? { after: null }, pause: begun.current === undefined },
    (events = [], { alertRaised }) => [...events, alertRaised].slice(-KEPT),
  )
  return { unseen: data?.unseen.totalCount ?? 0, events: stream.data ?? [] }
}
