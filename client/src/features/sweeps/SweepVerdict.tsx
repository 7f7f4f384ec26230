/** How far the best set can be believed: choosing held against time, and against chance. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Card } from '@/components/Card'
import { EstimateStat, Stat } from '@/components/Stat'
import { EstimateFields } from '@/graphql/estimates'
import { graphql } from '@/graphql/tada'
import { formatCount, formatNumber, formatPercent } from '@/lib/numbers'
import { describeNull, describeOverfitting } from './sweepWords'

export const SweepVerdictFields = graphql(
  `
    fragment SweepVerdictFields on SweepSummary {
      sets
      withoutTrades
      overfitting { ...EstimateFields }
      lossAfterSelection { ...EstimateFields }
      overfittingTrials
      null {
        pValue
        draws
        median
        high
      }
    }
  `,
  [EstimateFields],
)

const share = (value: number) => formatPercent(value, 0)

interface SweepVerdictProps {
  summary: FragmentOf<typeof SweepVerdictFields>
  /** The Sharpe ratio of the best set. */
  best: number | null
}

export function SweepVerdict({ summary: masked, best }: SweepVerdictProps) {
  const { sets, withoutTrades, overfittingTrials, ...summary } = readFragment(SweepVerdictFields, masked)
  const { overfitting, lossAfterSelection, null: chance } = summary
  return (
    <Card
      title="How far the best can be believed"
      hint={`${formatCount(sets)} sets were run; ${formatCount(withoutTrades)} closed no trade.`}
    >
      <div className="mb-4 grid max-w-prose gap-2">
        <p>{describeNull(best, chance)}</p>
        <p>{describeOverfitting(overfitting, lossAfterSelection)}</p>
      </div>
      <dl className="grid grid-cols-2 gap-x-5 gap-y-4 lg:grid-cols-4">
        <Stat name="Best Sharpe ratio" value={formatNumber(best)} />
        <Stat
          name="Chance does as well"
          value={formatPercent(chance?.pValue, 0)}
          detail={chance ? `${formatCount(chance.draws)} simulations` : 'No set traded'}
        />
        <EstimateStat name="PBO: best ends below median" estimate={overfitting} write={share} />
        <EstimateStat name="Best then loses money" estimate={lossAfterSelection} write={share} />
      </dl>
      <p className="mt-3 text-xs text-muted">
        PBO splits time in halves in every way and looks where the winner of one half lands in the other;{' '}
        {formatCount(overfittingTrials)} sets took part.
      </p>
    </Card>
  )
}
