/** Finds an instrument by symbol or name while one types. */
import { useEffect, useState } from 'react'
import { useQuery } from 'urql'
import { Combobox } from '@/components/Combobox'
import { graphql } from '@/graphql/tada'

const SUGGESTIONS = 8
const PAUSE_MS = 150

const InstrumentSuggestions = graphql(`
  query InstrumentSuggestions($text: String!, $first: Int!) {
    instruments(
      where: { OR: [{ symbol: { contains: $text } }, { name: { contains: $text } }] }
      orderBy: SYMBOL_ASC
      first: $first
    ) {
      nodes {
        id
        symbol
        name
      }
    }
  }
`)

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}

interface InstrumentPickerProps {
  label: string
  hint: string
  placeholder: string
  symbol: string
  problem: string | undefined
  onSymbol: (symbol: string) => void
}

export function InstrumentPicker({ symbol, onSymbol, ...rest }: InstrumentPickerProps) {
  const text = useSettled(symbol.trim())
  const [{ data, fetching }] = useQuery({
    query: InstrumentSuggestions,
    variables: { text, first: SUGGESTIONS },
  })
  // Until the answer to the newest text is here, the last one is shown: only what still fits.
  const typed = symbol.trim().toUpperCase()
  const suggestions = (data?.instruments.nodes ?? [])
    .filter(
      (instrument) => instrument.symbol.includes(typed) || instrument.name.toUpperCase().includes(typed),
    )
    .map((instrument) => ({ value: instrument.symbol, detail: instrument.name }))
  return <Combobox {...rest} text={symbol} suggestions={suggestions} loading={fetching} onText={onSymbol} />
}
