/** What a scan was asked to do, in words. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Recap, RecapLine } from '@/components/Recap'
import { graphql } from '@/graphql/tada'
import { formatCount } from '@/lib/numbers'
import { formatPeriod } from '@/lib/periods'
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

const labelOf = <T,>(choices: readonly { value: T; label: string }[], value: T) =>
  choices.find((choice) => choice.value === value)?.label ?? String(value)

export function ScanSpecRecap({ scan }: { scan: FragmentOf<typeof ScanSpecRecapFields> }) {
  const { spec, instrumentCount, bars } = readFragment(ScanSpecRecapFields, scan)
  const lags = spec.maxLag === null ? 'Schwert’s rule at most' : `${formatCount(spec.maxLag)} at most`
  return (
    <Recap>
      <RecapLine name="Universe">
        {spec.universe}, {formatCount(instrumentCount)} instruments
      </RecapLine>
      <RecapLine name="Formation">
        {formatPeriod(spec.formation)}
        {bars > 0 && `, ${formatCount(bars)} bars`}
      </RecapLine>
      <RecapLine name="Regressions">
        {labelOf(PRICES, spec.prices)}; {labelOf(TRENDS, spec.trend).toLowerCase()}
      </RecapLine>
      <RecapLine name="Lags">
        {spec.criterion === 'FIXED'
          ? formatCount(spec.maxLag)
          : `${labelOf(CRITERIA, spec.criterion)}, ${lags}`}
      </RecapLine>
      <RecapLine name="Correction">{labelOf(CORRECTIONS, spec.correction)}</RecapLine>
      <RecapLine name="Level">{spec.level}</RecapLine>
      <RecapLine name="Kept">the best {formatCount(spec.keep)} pairs</RecapLine>
    </Recap>
  )
}
