/** What a sweep was asked to do, in words. */
import { type FragmentOf, readFragment } from 'gql.tada'
import type { ReactNode } from 'react'
import { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { formatCount, formatMoney, formatNumber } from '@/lib/numbers'
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

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  )
}

interface SweepSpecRecapProps {
  sweep: FragmentOf<typeof SweepSpecFields>
  currency: string
}

export function SweepSpecRecap({ sweep, currency }: SweepSpecRecapProps) {
  const { spec, setCount } = readFragment(SweepSpecFields, sweep)
  return (
    <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-2 lg:grid-cols-4">
      <Line name="Formation">
        {formatDay(spec.formation.start)} – {formatDay(spec.formation.end)}
      </Line>
      <Line name="Trading">
        {formatDay(spec.trading.start)} – {formatDay(spec.trading.end)}
      </Line>
      {AXES.map((axis) => (
        <Line key={axis.key} name={axis.label}>
          {spec[axis.key].map((value) => writeAxisValue(axis, value)).join(', ')}
        </Line>
      ))}
      <Line name="Size">
        {formatNumber(spec.gross)} × equity, from {formatMoney(spec.capital, currency)};{' '}
        {spec.prices === 'LOG' ? 'log prices' : 'prices'}
      </Line>
      <Line name="Parameter sets">
        {formatCount(setCount)}
        {spec.sample !== null && `, of a sample of ${formatCount(spec.sample)}`}; seed {spec.seed}
      </Line>
    </dl>
  )
}
