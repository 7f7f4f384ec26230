/** What a result is worth after everything that was tried to find it. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, readFragment } from 'gql.tada'
import { Card } from '@/components/Card'
import { EstimateStat, Stat } from '@/components/Stat'
import { EstimateFields } from '@/graphql/estimates'
import { graphql } from '@/graphql/tada'
import { formatCount, formatNumber, formatPercent } from '@/lib/numbers'
import { describeDeflated, describeRecord } from './trialWords'

export const TrialsFields = graphql(
  `
    fragment TrialsFields on TrialContext {
      campaign {
        id
        name
      }
      tried
      probabilisticSharpe { ...EstimateFields }
      deflatedSharpe { ...EstimateFields }
      expectedBestSharpe { ...EstimateFields }
      minimumTrackRecord { ...EstimateFields }
    }
  `,
  [EstimateFields],
)

const probability = (value: number) => formatPercent(value)

interface TrialsCardProps {
  trials: FragmentOf<typeof TrialsFields>
  /** Whose Sharpe ratio it is about: "this run", "the best set". */
  whose: string
}

export function TrialsCard({ trials: masked, whose }: TrialsCardProps) {
  const { campaign, tried, ...worth } = readFragment(TrialsFields, masked)
  return (
    <Card
      title="After all trials"
      hint={
        <>
          Counted in{' '}
          <Link to="/campaigns/$id" params={{ id: campaign.id }} className="text-accent hover:underline">
            {campaign.name}
          </Link>
        </>
      }
    >
      <p className="mb-4 max-w-prose">
        Tried {formatCount(tried)}. {describeDeflated(tried, worth.deflatedSharpe, worth.expectedBestSharpe)}
      </p>
      <dl className="grid grid-cols-2 gap-x-5 gap-y-4 lg:grid-cols-4">
        <Stat name="Tried" value={formatCount(tried)} detail="Hypotheses so far, this one included" />
        <EstimateStat
          name="PSR: true Sharpe above 0"
          estimate={worth.probabilisticSharpe}
          write={probability}
        />
        <EstimateStat name="DSR: above chance’s best" estimate={worth.deflatedSharpe} write={probability} />
        <EstimateStat
          name="Sharpe that chance’s best shows"
          estimate={worth.expectedBestSharpe}
          write={(value) => formatNumber(value)}
        />
      </dl>
      <p className="mt-3 text-xs text-muted">
        PSR and DSR are probabilities about the Sharpe ratio of {whose}.{' '}
        {worth.minimumTrackRecord.value !== null && describeRecord(worth.minimumTrackRecord)}
      </p>
    </Card>
  )
}
