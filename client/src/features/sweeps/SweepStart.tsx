/** Which pair is swept over which periods, as the address says it, and the form for the rest. */
import type { ResultOf } from 'gql.tada'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { SelectField } from '@/components/Field'
import { Notice } from '@/components/Notice'
import { SkeletonRows } from '@/components/Skeleton'
import { CreatePairButton } from '@/features/pairs/CreatePairButton'
import { PeriodFields } from '@/features/pairs/PeriodFields'
import { PRICE_SCALES, type PriceScale } from '@/features/pairs/priceScales'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { commonHistory, type PeriodSearch, periodsOf, presets, searchOf } from '@/lib/periods'
import { StartSweepForm } from './StartSweepForm'

const SweepablePairs = graphql(`
  query SweepablePairs {
    pairs(first: 100) {
      nodes {
        id
        y {
          id
          symbol
          firstBar
          lastBar
        }
        x {
          id
          symbol
          firstBar
          lastBar
        }
      }
    }
  }
`)

type Pair = ResultOf<typeof SweepablePairs>['pairs']['nodes'][number]

export interface SweepStartSearch extends PeriodSearch {
  /** The pair's legs: KO/PEP. */
  pair?: string
  prices?: PriceScale
}

interface SweepStartProps {
  search: SweepStartSearch
  onSearch: (search: SweepStartSearch) => void
}

const nameOf = ({ y, x }: Pair) => `${y.symbol}/${x.symbol}`

function Chosen({ pair, search, onSearch }: SweepStartProps & { pair: Pair }) {
  const history = commonHistory(pair.y, pair.x)
  const [standard] = history ? presets(history) : []
  if (!history || !standard)
    return <Notice tone="warning">These instruments have no daily bars on the same days.</Notice>
  const periods = periodsOf(search, standard.periods)
  const { prices = 'LOG' } = search
  return (
    <>
      <PeriodFields
        history={history}
        periods={periods}
        onPeriods={(chosen) => onSearch({ ...search, ...searchOf(chosen) })}
      >
        <SelectField
          className="col-span-2 md:col-span-1"
          label="Price scale"
          value={prices}
          options={PRICE_SCALES}
          onValue={(scale) => onSearch({ ...search, prices: scale })}
        />
      </PeriodFields>
      <StartSweepForm pairId={pair.id} periods={periods} prices={prices} />
    </>
  )
}

export function SweepStart({ search, onSearch }: SweepStartProps) {
  const { data, problem, again } = useAnswer({ query: SweepablePairs })
  const pairs = data?.pairs.nodes
  if (problem) return <Failure title="Your pairs cannot be shown" message={problem} onRetry={again} />
  if (!pairs) return <SkeletonRows rows={4} label="Loading your pairs…" />
  const [first] = pairs
  if (!first)
    return (
      <EmptyState title="You keep no pair yet" action={<CreatePairButton y="KO" x="PEP" />}>
        A sweep runs one pair with many parameters.
      </EmptyState>
    )
  const pair = pairs.find((one) => nameOf(one) === search.pair) ?? first
  return (
    <div className="grid gap-5">
      <SelectField
        className="max-w-72"
        label="Pair"
        value={nameOf(pair)}
        options={pairs.map((one) => ({ value: nameOf(one), label: nameOf(one).replace('/', ' / ') }))}
        onValue={(name) => onSearch({ pair: name })}
      />
      <Chosen key={pair.id} pair={pair} search={search} onSearch={onSearch} />
    </div>
  )
}
