/** The fields of an import: where bars go, and how the file is read. */
import { type ReactNode, useId } from 'react'
import { useQuery } from 'urql'
import { SelectField, TextField } from '@/components/Field'
import { graphql } from '@/graphql/tada'
import { DELIMITERS, type ImportDraft, LAYOUT_WORDS, NUMBERS, TIME_UNITS } from './importDraft'
import { ADJUSTMENT_WORDS, KIND_WORDS, optionsOf, TIMEFRAME_WORDS } from './marketWords'

export interface ImportFieldsProps {
  draft: ImportDraft
  problems: Readonly<Record<string, string>>
  onDraft: (change: Partial<ImportDraft>) => void
}

const ImportMarkets = graphql(`
  query ImportMarkets {
    markets(first: 100) {
      nodes {
        id
        code
        name
        timezone
      }
    }
  }
`)

/** Markets that every installation knows, beside those it has data of. */
const KNOWN: readonly { code: string; name: string; timezone: string }[] = [
  { code: 'OTHER', name: 'No particular market', timezone: 'UTC' },
  { code: 'US', name: 'US equities', timezone: 'America/New_York' },
  { code: 'UK', name: 'London Stock Exchange', timezone: 'Europe/London' },
  { code: 'DE', name: 'Xetra', timezone: 'Europe/Berlin' },
  { code: 'JP', name: 'Tokyo Stock Exchange', timezone: 'Asia/Tokyo' },
  { code: 'HK', name: 'Hong Kong Stock Exchange', timezone: 'Asia/Hong_Kong' },
  { code: 'CME', name: 'CME Group futures', timezone: 'America/Chicago' },
  { code: 'ICE', name: 'ICE Futures', timezone: 'America/New_York' },
  { code: 'CRYPTO', name: 'Crypto currencies', timezone: 'UTC' },
  { code: 'FX', name: 'Currencies', timezone: 'UTC' },
]

/** The markets to choose from, those with data included. */
export function useImportMarkets() {
  const [{ data }] = useQuery({ query: ImportMarkets })
  const used = data?.markets.nodes ?? []
  return [...KNOWN, ...used.filter(({ code }) => !KNOWN.some((known) => known.code === code))]
}

/** A text field with suggestions that the browser shows. */
function Suggesting({ options, field }: { options: readonly string[]; field: (list: string) => ReactNode }) {
  const id = useId()
  return (
    <>
      {field(id)}
      <datalist id={id}>
        {options.map((option) => (
          <option key={option} value={option} />
        ))}
      </datalist>
    </>
  )
}

/** Where the bars go. */
export function TargetFields({ draft, problems, onDraft }: ImportFieldsProps) {
  const markets = useImportMarkets()
  const known = markets.find(({ code }) => code === draft.market.trim().toUpperCase())
  return (
    <>
      <Suggesting
        options={markets.map(({ code }) => code)}
        field={(list) => (
          <TextField
            label="Market"
            list={list}
            autoComplete="off"
            required
            value={draft.market}
            problem={problems['market']}
            hint={known?.name ?? 'An exchange’s code, such as XPAR'}
            onText={(market) => onDraft({ market: market.toUpperCase() })}
          />
        )}
      />
      <SelectField
        label="What is traded"
        value={draft.kind}
        problem={problems['kind']}
        options={[{ value: '' as const, label: 'As guessed' }, ...optionsOf(KIND_WORDS)]}
        onValue={(kind) => onDraft({ kind })}
      />
      <TextField
        label="Currency"
        autoComplete="off"
        placeholder="The market’s"
        value={draft.currency}
        problem={problems['currency']}
        onText={(currency) => onDraft({ currency: currency.toUpperCase() })}
      />
      <SelectField
        label="Prices in the file"
        value={draft.adjustment}
        options={[
          { value: 'RAW', label: ADJUSTMENT_WORDS.RAW.meaning },
          { value: 'SPLIT', label: 'Corrected for splits' },
          { value: 'TOTAL_RETURN', label: 'Corrected for splits and dividends' },
        ]}
        onValue={(adjustment) => onDraft({ adjustment })}
      />
    </>
  )
}

const ZONES: readonly string[] = [
  'UTC',
  ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC'),
]

/** How times are read. */
export function TimeFields({ draft, problems, zoneHint, onDraft }: ImportFieldsProps & { zoneHint: string }) {
  return (
    <>
      <SelectField
        label="Timeframe"
        value={draft.timeframe}
        problem={problems['timeframe']}
        hint="The length of a bar."
        options={[{ value: '' as const, label: 'Guessed from the distances' }, ...optionsOf(TIMEFRAME_WORDS)]}
        onValue={(timeframe) => onDraft({ timeframe })}
      />
      <Suggesting
        options={ZONES}
        field={(list) => (
          <TextField
            label="Time zone of the times"
            list={list}
            autoComplete="off"
            placeholder="Not needed"
            value={draft.timezone}
            problem={problems['timezone']}
            hint={zoneHint}
            onText={(timezone) => onDraft({ timezone })}
          />
        )}
      />
      <TextField
        label="How times are written"
        autoComplete="off"
        placeholder="Guessed"
        value={draft.timeFormat}
        problem={problems['timeFormat']}
        hint="Such as %d/%m/%Y, where day and month could be confused."
        onText={(timeFormat) => onDraft({ timeFormat })}
      />
      <SelectField
        label="Times that are counts since 1970"
        value={draft.timeUnit}
        problem={problems['timeUnit']}
        options={TIME_UNITS}
        onValue={(timeUnit) => onDraft({ timeUnit })}
      />
    </>
  )
}

/** How the file is taken apart; `guessed` is the layout it seems to have. */
export function LayoutFields({
  draft,
  problems,
  guessed,
  onDraft,
}: ImportFieldsProps & { guessed: string | undefined }) {
  return (
    <>
      <SelectField
        label="Layout"
        value={draft.layout}
        problem={problems['layout']}
        options={[
          { value: '' as const, label: guessed ? `Guessed: ${guessed}` : 'Guessed' },
          ...optionsOf(LAYOUT_WORDS),
        ]}
        onValue={(layout) => onDraft({ layout })}
      />
      <SelectField
        label="Columns are separated by"
        value={draft.delimiter}
        problem={problems['delimiter']}
        options={DELIMITERS}
        onValue={(delimiter) => onDraft({ delimiter, columns: {} })}
      />
      <SelectField
        label="Numbers are written"
        value={draft.numbers}
        problem={problems['decimal'] ?? problems['thousands']}
        options={NUMBERS}
        onValue={(numbers) => onDraft({ numbers })}
      />
    </>
  )
}
