/** Which instruments a scan tests: a market, or chosen symbols. */
import { useState } from 'react'
import { useQuery } from 'urql'
import { Button } from '@/components/Button'
import { SelectField } from '@/components/Field'
import { InstrumentPicker } from '@/features/markets/InstrumentPicker'
import { graphql } from '@/graphql/tada'
import { formatCount } from '@/lib/numbers'
import { addSymbols, type ScanDraft } from './scanDraft'

const Markets = graphql(`
  query Markets {
    markets(first: 50) {
      nodes {
        id
        code
        name
        instruments(first: 1) {
          totalCount
        }
      }
    }
  }
`)

export interface UniverseFieldsProps {
  draft: Pick<ScanDraft, 'universe' | 'market' | 'symbols'>
  problem: string | undefined
  onDraft: (change: Partial<ScanDraft>) => void
}

function MarketField({ draft, problem, onDraft }: UniverseFieldsProps) {
  const [{ data, fetching }] = useQuery({ query: Markets })
  const options = (data?.markets.nodes ?? []).map(({ code, name, instruments }) => ({
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

function SymbolsField({ draft, problem, onDraft }: UniverseFieldsProps) {
  const [typed, setTyped] = useState('')
  const add = () => {
    onDraft({ symbols: addSymbols(draft.symbols, typed) })
    setTyped('')
  }
  return (
    <div className="grid gap-2">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Enter in the field inside adds, instead of submitting */}
      <div
        className="flex items-start gap-2"
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.defaultPrevented || !typed.trim()) return
          event.preventDefault()
          add()
        }}
      >
        <div className="min-w-0 grow">
          <InstrumentPicker
            label="Symbol"
            hint="One by one, or several with commas"
            placeholder="KO, PEP, XOM"
            symbol={typed}
            problem={problem}
            onSymbol={setTyped}
          />
        </div>
        <Button onClick={add} disabled={!typed.trim()} className="mt-6.5">
          Add
        </Button>
      </div>
      {draft.symbols.length > 0 && (
        <ul aria-label="Chosen symbols" className="flex flex-wrap gap-1.5">
          {draft.symbols.map((symbol) => (
            <li key={symbol}>
              <Button
                size="small"
                aria-label={`Leave out ${symbol}`}
                onClick={() => onDraft({ symbols: draft.symbols.filter((other) => other !== symbol) })}
              >
                {symbol} <span aria-hidden="true">✕</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
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
      {draft.universe === 'MARKET' ? <MarketField {...props} /> : <SymbolsField {...props} />}
    </div>
  )
}
