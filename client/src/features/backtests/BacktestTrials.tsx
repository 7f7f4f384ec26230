/** What a run is worth after all trials. Asked for at each visit: somebody may have tried more since. */
import { useQuery } from 'urql'
import { Failure } from '@/components/Failure'
import { Skeleton } from '@/components/Skeleton'
import { TrialsCard, TrialsFields } from '@/features/campaigns/TrialsCard'
import { describeError } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'

const BacktestTrialsQuery = graphql(
  `
    query BacktestTrials($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on Backtest {
          trials {
            ...TrialsFields
          }
        }
      }
    }
  `,
  [TrialsFields],
)

export function BacktestTrials({ backtestId }: { backtestId: string }) {
  const [{ data, error }, ask] = useQuery({
    query: BacktestTrialsQuery,
    variables: { id: backtestId },
    requestPolicy: 'cache-and-network',
  })
  const trials = data?.node?.__typename === 'Backtest' ? data.node.trials : undefined
  if (error)
    return (
      <Failure
        title="The trials cannot be shown"
        message={describeError(error)}
        onRetry={() => ask({ requestPolicy: 'network-only' })}
      />
    )
  if (trials === null) return null
  return trials ? <TrialsCard trials={trials} whose="this run" /> : <Skeleton className="h-64" />
}
