/** The form of a scan as it is typed, and as the graph takes it. */
import type { VariablesOf } from 'gql.tada'
import type { Read } from '@/graphql/useStart'
import { readInteger, readNumber } from '@/lib/draft'
import { type Period, toMoments } from '@/lib/periods'
import type { EstimateJob } from './ScanEstimate'
import type { StartScan } from './useScanStart'

export type ScanInput = VariablesOf<typeof StartScan>['input']
export type ScreenInput = VariablesOf<typeof EstimateJob>['input']['scan']
export type Trend = NonNullable<ScreenInput['trend']>
export type Criterion = NonNullable<ScreenInput['criterion']>
export type Correction = NonNullable<ScreenInput['correction']>
type PriceScale = NonNullable<ScreenInput['prices']>

/** Everything as it is typed, also while it makes no sense. */
export interface ScanDraft {
  universe: 'MARKET' | 'SYMBOLS'
  market: string
  symbols: readonly string[]
  formation: Period | null
  prices: PriceScale
  trend: Trend
  criterion: Criterion
  maxLag: string
  correction: Correction
  level: string
  keep: string
}

export const DEFAULT_DRAFT: ScanDraft = {
  universe: 'MARKET',
  market: '',
  symbols: [],
  formation: null,
  prices: 'LOG',
  trend: 'C',
  criterion: 'AIC',
  maxLag: '',
  correction: 'BY',
  level: '0.05',
  keep: '1000',
}

/** Names of the form's fields, as problems' paths name them. */
export const FIELDS = Object.keys(DEFAULT_DRAFT)

/** Fields that lie in the part of the form that is closed at first. */
export const ADVANCED = ['prices', 'trend', 'criterion', 'maxLag', 'correction', 'level', 'keep']

/** The input that a draft says, or what cannot be read, by field. Whether it makes sense is the server's to judge. */
export function readDraft(draft: ScanDraft): Read<ScreenInput> {
  const mistakes: Record<string, string> = {}
  const level = readNumber(draft.level)
  const keep = readInteger(draft.keep)
  const maxLag = draft.maxLag.trim() === '' ? null : readInteger(draft.maxLag)
  if (level === undefined) mistakes['level'] = 'A number is needed here.'
  if (keep === undefined) mistakes['keep'] = 'A whole number is needed here.'
  if (maxLag === undefined) mistakes['maxLag'] = 'A whole number is needed here.'
  if (draft.universe === 'MARKET' && draft.market === '') mistakes['universe'] = 'Choose a market.'
  if (draft.universe === 'SYMBOLS' && draft.symbols.length < 2)
    mistakes['universe'] = 'Add at least two symbols.'
  const { formation } = draft
  if (!formation) mistakes['formation'] = 'Choose the period to test on.'
  if (!formation || Object.keys(mistakes).length > 0) return { mistakes }
  return {
    input: {
      universe: draft.universe === 'MARKET' ? { market: draft.market } : { symbols: [...draft.symbols] },
      formation: toMoments(formation),
      prices: draft.prices,
      trend: draft.trend,
      criterion: draft.criterion,
      maxLag: maxLag ?? null,
      correction: draft.correction,
      level: level ?? 0,
      keep: keep ?? 0,
    },
  }
}
