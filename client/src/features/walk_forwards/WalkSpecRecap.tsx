/** What a walk-forward was asked to do, in words. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Recap, RecapLine } from '@/components/Recap'
import { graphql } from '@/graphql/tada'
import { formatCount, formatNumber } from '@/lib/numbers'
import { formatPeriod } from '@/lib/periods'
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

export function WalkSpecRecap({ spec: masked }: { spec: FragmentOf<typeof WalkSpecFields> }) {
  const spec = readFragment(WalkSpecFields, masked)
  return (
    <Recap>
      <RecapLine name="Universe">{spec.universe}</RecapLine>
      <RecapLine name="Period">{formatPeriod(spec.period)}</RecapLine>
      <RecapLine name="Each step">
        chooses on {formatCount(spec.formation)} bars{spec.anchored && ' or more, from the first bar on'},
        trades {formatCount(spec.trading)}
      </RecapLine>
      <RecapLine name="Left out between">{formatCount(spec.purge)} bars</RecapLine>
      <RecapLine name="Pairs">
        up to {formatCount(spec.pairs)} with p at most {spec.level}
      </RecapLine>
      <RecapLine name="Enter, leave at |z|">
        {writeValues(spec.entry, '')}; {writeValues(spec.exit, '')}
      </RecapLine>
      <RecapLine name="Give up">
        at |z|: {writeValues(spec.stop, 'none')}; after bars: {writeValues(spec.maxHold, 'none')}
      </RecapLine>
      <RecapLine name="Orders fill at">the next bar’s {spec.fill === 'OPEN' ? 'open' : 'close'}</RecapLine>
      <RecapLine name="Costs, size">
        {formatNumber(spec.costBps, 1)} bps; {formatNumber(spec.gross)} ×, from {formatCount(spec.capital)}
      </RecapLine>
    </Recap>
  )
}
