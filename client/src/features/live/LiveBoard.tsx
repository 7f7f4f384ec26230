/** All watched pairs as they stand, or what to press when there are none. */
import { Link } from '@tanstack/react-router'
import { Button, buttonClasses } from '@/components/Button'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { Skeleton } from '@/components/Skeleton'
import { describeError } from '@/graphql/problems'
import { LiveCard } from './LiveCard'
import { FeedLines, StreamNotices } from './StreamNotices'
import { SAMPLE_PAIRS, useSampleWatches } from './useSampleWatches'
import { useWatches } from './useWatches'

function NoWatches() {
  const { busy, problems, start } = useSampleWatches()
  const names = SAMPLE_PAIRS.map(({ y, x }) => `${y}/${x}`).join(', ')
  return (
    <div className="rounded-lg border border-dashed border-line-strong">
      <EmptyState
        title="You watch no pair yet"
        action={
          <div className="flex flex-wrap justify-center gap-2">
            <Button look="primary" busy={busy} onClick={() => void start()}>
              {busy ? 'Starting…' : 'Watch three sample pairs'}
            </Button>
            <Link to="/pairs" className={buttonClasses()}>
              Choose a pair
            </Link>
          </div>
        }
      >
        A watched pair has its spread, z-score and signal worked out at every new bar. The sample pairs are{' '}
        {names}; any pair of yours is watched from its own page.
      </EmptyState>
      {problems.map((message) => (
        <p key={message} role="alert" className="px-6 pb-6 text-center text-sm text-loss">
          {message}
        </p>
      ))}
    </div>
  )
}

export function LiveBoard() {
  const live = useWatches()
  const { watches, feeds, error } = live
  return (
    <div className="grid gap-4">
      {error && (
        <Failure
          title="The watched pairs cannot be followed"
          message={describeError(error)}
          onRetry={live.ask}
        />
      )}
      {!watches && !error && <Skeleton className="h-72" />}
      {watches && <FeedLines feeds={feeds} />}
      <StreamNotices live={live} />
      {watches?.length === 0 && <NoWatches />}
      {watches && watches.length > 0 && (
        <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
          {watches.map((watch) => (
            <LiveCard key={watch.id} watch={watch} />
          ))}
        </div>
      )}
    </div>
  )
}
