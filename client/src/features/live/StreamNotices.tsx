/** What must be known of the live figures: that they are a replay, and that some can no longer be had. */
import { Button } from '@/components/Button'
import { Notice } from '@/components/Notice'
import type { Feed, Gap, useWatches } from './useWatches'

type Live = ReturnType<typeof useWatches>

/** The ticks of a gap: "ticks 3 to 9". */
function missing({ first, last }: { first: number | null; last: number | null }): string {
  if (first === null || last === null) return 'some ticks'
  return first === last ? `tick ${first}` : `ticks ${first} to ${last}`
}

/** Whose ticks they are: "KO/PEP". */
function whose({ subject }: Gap): string {
  return subject?.__typename === 'Pair' ? `${subject.y.symbol}/${subject.x.symbol}` : 'a pair'
}

export function StreamNotices({ live: { gap, forgetGap } }: { live: Pick<Live, 'gap' | 'forgetGap'> }) {
  if (!gap) return null
  return (
    <Notice
      tone="warning"
      title={`Some live history is missing: ${missing(gap)} of ${whose(gap)}`}
      actions={
        <Button size="small" onClick={forgetGap}>
          Understood
        </Button>
      }
    >
      {gap.words} The figures below were loaded again and are the newest.
    </Notice>
  )
}

/** Where the bars come from, and whether they come. */
export function FeedLines({ feeds }: { feeds: readonly Feed[] }) {
  if (feeds.length === 0)
    return (
      <Notice tone="info">
        No feed was started yet. <code className="font-mono">./titan feed --help</code> says how.
      </Notice>
    )
  return (
    <ul className="grid gap-1 text-sm">
      {feeds.map(({ name, label, running, replay }) => (
        <li key={name} className="flex items-baseline gap-2">
          <span aria-hidden="true" className={running ? 'text-gain' : 'text-warn'}>
            ●
          </span>
          <span>
            {label}
            {replay && '.'} {!running && <strong className="font-medium text-warn">Not running.</strong>}
          </span>
        </li>
      ))}
    </ul>
  )
}
