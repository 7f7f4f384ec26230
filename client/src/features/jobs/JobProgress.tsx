/** How far a job is: a bar, what it is doing, and about how long it still takes. */
import type { ResultOf } from 'gql.tada'
import { ProgressBar } from '@/components/ProgressBar'
import { graphql } from '@/graphql/tada'
import { formatDuration } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'

export const JobProgressFields = graphql(`
  fragment JobProgressFields on Job @_unmask {
    progress {
      done
      total
      fraction
      message
      etaSeconds
    }
    error {
      code
      message
    }
  }
`)

interface JobProgressProps {
  label: string
  queued: boolean
  progress: ResultOf<typeof JobProgressFields>['progress']
}

export function JobProgress({ label, queued, progress }: JobProgressProps) {
  const { done, total, fraction, message, etaSeconds } = progress
  return (
    <>
      <ProgressBar label={label} fraction={queued ? 0 : fraction} />
      <div aria-live="polite" className="mt-2 flex flex-wrap justify-between gap-x-6 text-sm text-muted">
        <p>{message || (queued ? 'Waiting for a worker' : 'Working')}</p>
        <p>
          {total > 0 && `${formatCount(done)} of ${formatCount(total)}`}
          {etaSeconds !== null && ` · about ${formatDuration(etaSeconds)} left`}
        </p>
      </div>
    </>
  )
}
