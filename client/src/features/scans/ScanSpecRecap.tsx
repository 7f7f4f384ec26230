/** What a scan was asked to do, in words. */
import { type FragmentOf, readFragment } from 'gql.tada'
import type { ReactNode } from 'react'
import { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'
import { CORRECTIONS, CRITERIA, PRICES, TRENDS } from './scanWords'

export const ScanSpecRecapFields = graphql(`
  fragment ScanSpecRecapFields on Scan {
    instrumentCount
    bars
    spec {
      universe
      formation {
        start
        end
      }
      prices
      trend
      criterion
      maxLag
      correction
      level
      keep
    }
  }
`)

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

const labelOf = <T,>(choices: readonly { value: T; label: string }[], value: T) =>
  choices.find((choice) => choice.value === value)?.label ?? String(value)

export function ScanSpecRecap({ scan }: { scan: FragmentOf<typeof ScanSpecRecapFields> }) {
  const { spec, instrumentCount, bars } = readFragment(ScanSpecRecapFields, scan)
  const lags = spec.maxLag === null ? 'Schwert’s rule at most' : `${formatCount(spec.maxLag)} at most`
  return (
    <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-2 lg:grid-cols-4">
      <Line name="Universe">
        {spec.universe}, {formatCount(instrumentCount)} instruments
      </Line>
      <Line name="Formation">
        {formatDay(spec.formation.start)} – {formatDay(spec.formation.end)}
        {bars > 0 && `, ${formatCount(bars)} bars`}
      </Line>
      <Line name="Regressions">
        {labelOf(PRICES, spec.prices)}; {labelOf(TRENDS, spec.trend).toLowerCase()}
      </Line>
      <Line name="Lags">
        {spec.criterion === 'FIXED'
          ? formatCount(spec.maxLag)
          : `${labelOf(CRITERIA, spec.criterion)}, ${lags}`}
      </Line>
      <Line name="Correction">{labelOf(CORRECTIONS, spec.correction)}</Line>
      <Line name="Level">{spec.level}</Line>
      <Line name="Kept">the best {formatCount(spec.keep)} pairs</Line>
    </dl>
  )
}
