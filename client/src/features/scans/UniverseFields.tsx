/** Which instruments a scan tests: a market, or chosen symbols. */
import { SelectField } from '@/components/Field'
import { SymbolsPicker } from '@/features/markets/SymbolsPicker'
import { formatCount } from '@/lib/numbers'
import type { ScanDraft } from './scanDraft'
import { useMarkets } from './useMarkets'

type Universe = Pick<ScanDraft, 'universe' | 'market' | 'symbols'>

export interface UniverseFieldsProps {
  draft: Universe
  problem: string | undefined
  onDraft: (change: Partial<Universe>) => void
}

function MarketField({ draft, problem, onDraft }: UniverseFieldsProps) {
  const { markets = [], fetching } = useMarkets()
  const options = markets.map(({ code, name, instruments }) => ({
    value: code,
    label: `${name} (${formatCount(instruments.totalCount)} instruments)`,
  }))
  const none = { value: '', label: fetching ? 'Loading…' : 'Choose a market' }
  return (
    <SelectField
      label="Market"
      value={draft.market}
      problem={problem}
      options={draft.market ? options : [none, ...options]}
      onValue={(market) => onDraft({ market })}
    />
  )
}

export function UniverseFields(props: UniverseFieldsProps) {
  const { draft, onDraft } = props
  return (
    <div className="grid items-start gap-3 md:grid-cols-[14rem_minmax(0,1fr)]">
      <SelectField
        label="Universe"
        value={draft.universe}
        options={[
          { value: 'MARKET', label: 'A whole market' },
          { value: 'SYMBOLS', label: 'Chosen symbols' },
        ]}
        onValue={(universe) => onDraft({ universe })}
      />
      {draft.universe === 'MARKET' ? (
        <MarketField {...props} />
      ) : (
        <SymbolsPicker
          symbols={draft.symbols}
          problem={props.problem}
          onSymbols={(symbols) => onDraft({ symbols })}
        />
      )}
    </div>
  )
}
