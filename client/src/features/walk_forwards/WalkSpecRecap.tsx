/** What a walk-forward was asked to do, in words. */
import { type FragmentOf, readFragment } from 'gql.tada'
import type { ReactNode } from 'react'
import { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { formatCount, formatNumber } from '@/lib/numbers'
import { writeValues } from '@/lib/valueLists'

export const WalkSpecFields = graphql(`
  fragment WalkSpecFields on WalkForwardSpec {
    universe
    period {
      start
      end
    }
    formation
    trading
    anchored
    purge
    pairs
    level
    entry
    exit
    stop
    maxHold
    costBps
    fill
    gross
    capital
  }
`)

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  )
}

export function WalkSpecRecap({ spec: masked }: { spec: FragmentOf<typeof WalkSpecFields> }) {
  const spec = readFragment(WalkSpecFields, masked)
  return (
    <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-2 lg:grid-cols-4">
      <Line name="Universe">{spec.universe}</Line>
      <Line name="Period">
        {formatDay(spec.period.start)} – {formatDay(spec.period.end)}
      </Line>
      <Line name="Each step">
        chooses on {formatCount(spec.formation)} bars{spec.anchored && ' or more, from the first bar on'},
        trades {formatCount(spec.trading)}
      </Line>
      <Line name="Left out between">{formatCount(spec.purge)} bars</Line>
      <Line name="Pairs">
        up to {formatCount(spec.pairs)} with p at most {spec.level}
      </Line>
      <Line name="Enter, leave at |z|">
        {writeValues(spec.entry, '')}; {writeValues(spec.exit, '')}
      </Line>
      <Line name="Give up">
        at |z|: {writeValues(spec.stop, 'none')}; after bars: {writeValues(spec.maxHold, 'none')}
      </Line>
      <Line name="Orders fill at">the next bar’s {spec.fill === 'OPEN' ? 'open' : 'close'}</Line>
      <Line name="Costs, size">
        {formatNumber(spec.costBps, 1)} bps; {formatNumber(spec.gross)} ×, from {formatCount(spec.capital)}
      </Line>
    </dl>
  )
}
