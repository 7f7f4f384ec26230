/** Which pair is swept over which periods, as the address says it, and the form for the rest. */
import { SelectField } from '@/components/Field'
import { Notice } from '@/components/Notice'
import { type KeptPair, KeptPairs } from '@/features/pairs/KeptPairs'
import { PeriodFields } from '@/features/pairs/PeriodFields'
import { PRICE_SCALES } from '@/features/pairs/priceScales'
import { commonHistory, periodsOf, presets, searchOf } from '@/lib/periods'
import { StartSweepForm } from './StartSweepForm'
import type { SweepStartSearch } from './sweepStartSearch'

interface SweepStartProps {
  search: SweepStartSearch
  onSearch: (search: SweepStartSearch) => void
}

const nameOf = ({ y, x }: KeptPair) => `${y.symbol}/${x.symbol}`

function Chosen({ pair, search, onSearch }: SweepStartProps & { pair: KeptPair }) {
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
  return (
    <KeptPairs purpose="A sweep runs one pair with many parameters.">
      {(pairs) => {
        const pair = pairs.find((one) => nameOf(one) === search.pair) ?? pairs[0]
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
      }}
    </KeptPairs>
  )
}
