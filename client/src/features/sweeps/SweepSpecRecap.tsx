/** What a sweep was asked to do, in words. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Recap, RecapLine } from '@/components/Recap'
import { graphql } from '@/graphql/tada'
import { formatCount, formatMoney, formatNumber } from '@/lib/numbers'
import { formatPeriod } from '@/lib/periods'
import { AXES, writeAxisValue } from './sweepAxes'

export const SweepSpecFields = graphql(`
  fragment SweepSpecFields on Sweep {
    setCount
    spec {
      formation {
        start
        end
      }
      trading {
        start
        end
      }
      prices
      hedge
      window
      entry
      exit
      stop
      maxHold
      costBps
      gross
      capital
      sample
      seed
    }
  }
`)

interface SweepSpecRecapProps {
  sweep: FragmentOf<typeof SweepSpecFields>
  currency: string
}

export function SweepSpecRecap({ sweep, currency }: SweepSpecRecapProps) {
  const { spec, setCount } = readFragment(SweepSpecFields, sweep)
  return (
    <Recap>
      <RecapLine name="Formation">{formatPeriod(spec.formation)}</RecapLine>
      <RecapLine name="Trading">{formatPeriod(spec.trading)}</RecapLine>
      {AXES.map((axis) => (
        <RecapLine key={axis.key} name={axis.label}>
          {spec[axis.key].map((value) => writeAxisValue(axis, value)).join(', ')}
        </RecapLine>
      ))}
      <RecapLine name="Size">
        {formatNumber(spec.gross)} × equity, from {formatMoney(spec.capital, currency)};{' '}
        {spec.prices === 'LOG' ? 'log prices' : 'prices'}
      </RecapLine>
      <RecapLine name="Parameter sets">
        {formatCount(setCount)}
        {spec.sample !== null && `, of a sample of ${formatCount(spec.sample)}`}; seed {spec.seed}
      </RecapLine>
    </Recap>
  )
}
