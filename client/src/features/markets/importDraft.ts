/** What a person says about a file before it is imported; what is left empty is guessed. */
import type { graphql } from '@/graphql/tada'
import type { Adjustment, InstrumentKind, Timeframe } from './marketWords'

export type FileLayout = ReturnType<typeof graphql.scalar<'FileLayout'>>
export type ImportInput = ReturnType<typeof graphql.scalar<'ImportBarsInput'>>

export const ROLES = ['time', 'symbol', 'open', 'high', 'low', 'close', 'volume'] as const
export type ColumnRole = (typeof ROLES)[number]

export interface ImportDraft {
  market: string
  symbol: string
  kind: InstrumentKind | ''
  currency: string
  adjustment: Adjustment
  synthetic: boolean
  timeframe: Timeframe | ''
  timezone: string
  timeFormat: string
  timeUnit: string
  layout: FileLayout | ''
  delimiter: string
  numbers: string
  columns: Partial<Record<ColumnRole, string>>
  accept: readonly string[]
}

export const NEW_IMPORT: ImportDraft = {
  market: 'OTHER',
  symbol: '',
  kind: '',
  currency: '',
  adjustment: 'RAW',
  synthetic: false,
  timeframe: '',
  timezone: '',
  timeFormat: '',
  timeUnit: '',
  layout: '',
  delimiter: ',',
  numbers: '.',
  columns: {},
  accept: [],
}

/** The fields of the form, as problems name them. */
export const IMPORT_FIELDS = [
  'market',
  'symbol',
  'kind',
  'currency',
  'timeframe',
  'timezone',
  'layout',
  'delimiter',
  'decimal',
  'thousands',
  'timeFormat',
  'timeUnit',
]

export const DELIMITERS: readonly { value: string; label: string }[] = [
  { value: ',', label: 'Comma ,' },
  { value: ';', label: 'Semicolon ;' },
  { value: '\t', label: 'Tab' },
  { value: '|', label: 'Bar |' },
]

/** How numbers are written: what decimals begin with, then what separates thousands. */
export const NUMBERS: readonly { value: string; label: string }[] = [
  { value: '.', label: '1234.5' },
  { value: '.,', label: '1,234.5' },
  { value: ',', label: '1234,5' },
  { value: ',.', label: '1.234,5' },
  { value: ', ', label: '1 234,5' },
  { value: ".'", label: "1'234.5" },
]

/** What whole numbers in the place of times count. */
export const TIME_UNITS: readonly { value: string; label: string }[] = [
  { value: '', label: 'Told by their size' },
  { value: 's', label: 'Seconds' },
  { value: 'ms', label: 'Milliseconds' },
  { value: 'us', label: 'Microseconds' },
  { value: 'ns', label: 'Nanoseconds' },
]

export const LAYOUT_WORDS: Record<FileLayout, string> = {
  LONG: 'row per symbol and time',
  WIDE: 'column per symbol',
  SINGLE: 'one symbol, unnamed',
}

/** Findings that may be true, and what somebody says who confirms them. */
export const CONFIRMATIONS: Record<string, string> = {
  COLUMNS_DROPPED: 'Stored columns that the file lacks may go',
  DUPLICATE_ROW: 'Rows that occur twice may be left out',
  GAP_TOO_LARGE: 'The long gaps are real',
  PRICE_JUMP: 'The price jumps are real',
  PRICE_NOT_POSITIVE: 'Prices of zero or less are real',
  ROWS_TOO_FEW: 'So few rows are all there are',
  TIME_UNSORTED: 'The rows may be put in the order of time',
}

const said = (text: string): string | null => text.trim() || null

/** The draft as the graph takes it. */
export function readImport(draft: ImportDraft, uploadId: string): ImportInput {
  return {
    ...readReading(draft, uploadId),
    market: draft.market.trim().toUpperCase() || 'OTHER',
    symbol: said(draft.symbol.toUpperCase()),
    kind: draft.kind || null,
    currency: said(draft.currency.toUpperCase()),
    adjustment: draft.adjustment,
    synthetic: draft.synthetic,
    timeframe: draft.timeframe || null,
    timezone: said(draft.timezone),
    timeFormat: said(draft.timeFormat),
    timeUnit: draft.timeUnit || null,
    decimal: draft.numbers.slice(0, 1),
    thousands: draft.numbers.slice(1) || null,
    accept: [...draft.accept],
  }
}

/** Only what changes how the first look reads the file, so that typing a market asks for no new look. */
export function readReading(draft: ImportDraft, uploadId: string): ImportInput {
  return {
    uploadId,
    layout: draft.layout || null,
    delimiter: draft.delimiter,
    columns: ROLES.flatMap((role) => {
      const name = draft.columns[role]
      return name ? [{ role, name }] : []
    }),
  }
}
