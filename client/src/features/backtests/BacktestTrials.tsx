/** What a run is worth after all trials. Asked for at each visit: somebody may have tried more since. */
import { Failure } from '@/components/Failure'
import { Skeleton } from '@/components/Skeleton'
import { TrialsCard, TrialsFields } from '@/features/campaigns/TrialsCard'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'

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
  const { data, problem, again } = useAnswer({
    query: BacktestTrialsQuery,
    variables: { id: backtestId },
    requestPolicy: 'cache-and-network',
  })
  const trials = data?.node?.__typename === 'Backtest' ? data.node.trials : undefined
  if (problem) return <Failure title="The trials cannot be shown" message={problem} onRetry={again} />
  if (trials === null) return null
  return trials ? <TrialsCard trials={trials} whose="this run" /> : <Skeleton className="h-64" />
}
