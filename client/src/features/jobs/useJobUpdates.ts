/** Live updates of jobs. The cache merges each row by its id; components read it from their own queries. */
import { useSubscription } from 'urql'
import { graphql } from '@/graphql/tada'
import { JobPanelFields } from './JobPanel'
import { JobRowFields } from './JobTable'
import { hasEnded, type JobState } from './jobStates'

const JobsChanged = graphql(
  `
    subscription JobsChanged {
      jobsChanged {
        id
        ...JobRowFields
      }
    }
  `,
  [JobRowFields],
)

const JobChanged = graphql(
  `
    subscription JobChanged($id: ID!) {
      jobChanged(id: $id) {
        id
        ...JobPanelFields
      }
    }
  `,
  [JobPanelFields],
)

/** Follow all of the viewer's jobs. */
export function useJobsUpdates(): void {
  useSubscription({ query: JobsChanged })
}

/** Follow one job: its row now, then each change, until it has ended. */
export function useJobUpdates(job: { id: string; state: JobState } | undefined): void {
  const over = job === undefined || hasEnded(job.state)
  useSubscription({ query: JobChanged, variables: { id: job?.id ?? '' }, pause: over })
}
