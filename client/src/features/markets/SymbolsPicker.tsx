/** Several instruments, picked one by one or typed as a list. */
import { useState } from 'react'
import { Button } from '@/components/Button'
import { addSymbols } from '@/lib/symbols'
import { InstrumentPicker } from './InstrumentPicker'

interface SymbolsPickerProps {
  symbols: readonly string[]
  problem: string | undefined
  onSymbols: (symbols: string[]) => void
}

export function SymbolsPicker({ symbols, problem, onSymbols }: SymbolsPickerProps) {
  const [typed, setTyped] = useState('')
  const add = () => {
    onSymbols(addSymbols(symbols, typed))
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
      {symbols.length > 0 && (
        <ul aria-label="Chosen symbols" className="flex flex-wrap gap-1.5">
          {symbols.map((symbol) => (
            <li key={symbol}>
              <Button
                size="small"
                aria-label={`Leave out ${symbol}`}
                onClick={() => onSymbols(symbols.filter((other) => other !== symbol))}
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
