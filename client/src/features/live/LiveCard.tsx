/** A watched pair as it stands: z-score, signal, figures, and how old they are. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, readFragment } from 'gql.tada'
import { Age } from '@/components/Age'
import { Badge } from '@/components/Badge'
import { BandGauge } from '@/components/BandGauge'
import { buttonClasses } from '@/components/Button'
import { Sparkline } from '@/components/Sparkline'
import { hedgeWords } from '@/features/pairs/hedgeMethods'
import { PairLink } from '@/features/pairs/PairLink'
import { PairNameFields } from '@/features/pairs/PairName'
import { PairStateFields } from '@/graphql/pairState'
import { graphql } from '@/graphql/tada'
import { classes } from '@/lib/classes'
import { formatDay, formatTime, toDay } from '@/lib/dates'
import { formatNumber, formatSigned } from '@/lib/numbers'
import { LiveFigures } from './LiveFigures'
import { barWords, SIGNALS } from './liveWords'
import { UnwatchButton } from './UnwatchButton'

export const LiveCardFields = graphql(
  `
    fragment LiveCardFields on PairWatch {
      id
      pair {
        ...PairNameFields
      }
      timeframe
      prices
      hedge
      window
      entry
      exit
      stop
      formation {
        start
        end
      }
      recentZScore
      state {
        ...PairStateFields
      }
    }
  `,
  [PairStateFields, PairNameFields],
)

const dayOf = (moment: string) => formatDay(toDay(moment))

/** The moment since when nothing came: its time, and its day when that is not today. */
function since(moment: string): string {
  const then = Date.parse(moment)
  return toDay(then) === toDay(Date.now()) ? formatTime(then) : `${dayOf(moment)}, ${formatTime(then)}`
}

export function LiveCard({ watch: masked }: { watch: FragmentOf<typeof LiveCardFields> }) {
  const watch = readFragment(LiveCardFields, masked)
  const { state, pair, recentZScore } = watch
  const { zScore, signal, stale, staleSince } = state
  const name = `${pair.y.symbol}/${pair.x.symbol}`
  const words = SIGNALS[signal]
  return (
    <article
      aria-label={name}
      className={classes(
        'grid min-w-0 content-start gap-3 rounded-lg border bg-surface p-4',
        stale ? 'border-warn/60' : 'border-line',
      )}
    >
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <h3 className="text-lg font-semibold">
          <PairLink y={pair.y.symbol} x={pair.x.symbol} />
        </h3>
        <Badge tone={words.tone}>{words.label}</Badge>
        {state.replay && <Badge tone="accent">Replay</Badge>}
        <span className="ml-auto text-right text-xs whitespace-nowrap text-muted">
          {stale && staleSince ? (
            <span className="font-medium text-warn">stale since {since(staleSince)}</span>
          ) : (
            <Age moment={state.asOf} />
          )}
        </span>
      </header>
      <div className="flex items-center gap-4">
        <div className="w-24 shrink-0">
          <p className={classes('text-2xl leading-tight font-semibold', stale && 'text-muted')}>
            {formatSigned(zScore)}
          </p>
          <p className="text-xs text-muted">z-score</p>
        </div>
        <div className="min-w-0 grow">
          <BandGauge z={zScore} entry={watch.entry} exit={watch.exit} stop={watch.stop} faded={stale} />
          <Sparkline label={`Last ${recentZScore.length} z-scores of ${name}`} values={recentZScore} />
        </div>
      </div>
      <p className="text-sm">{words.meaning(pair.y.symbol, pair.x.symbol)}</p>
      {state.reason && <p className="text-sm text-warn">{state.reason}.</p>}
      <LiveFigures {...state} daily={watch.timeframe === 'D1'} />
      <footer className="flex flex-wrap items-end justify-between gap-x-4 gap-y-2 border-t border-line pt-3">
        <p className="min-w-0 text-xs text-muted">
          {hedgeWords(watch.hedge).label}, {watch.prices === 'LOG' ? 'log prices' : 'prices'},{' '}
          {barWords(watch.timeframe)}. Formed {dayOf(watch.formation.start)} – {dayOf(watch.formation.end)};{' '}
          {watch.window === null ? 'z of the formation' : `z of ${watch.window} bars`}; in at{' '}
          {formatNumber(watch.entry)}, out at {formatNumber(watch.exit)}.
        </p>
        <div className="ml-auto flex items-center gap-1">
          <Link to="/alerts" search={{ pair: pair.id }} className={buttonClasses('secondary', 'small')}>
            Alert me
          </Link>
          <UnwatchButton pairId={pair.id} name={name} />
        </div>
      </footer>
    </article>
  )
}
