/** Words for what is traded, for timeframes, for what prices are corrected for, and for quality. */
import type { BadgeTone } from '@/components/Badge'
import type { graphql } from '@/graphql/tada'

export type InstrumentKind = ReturnType<typeof graphql.scalar<'InstrumentKind'>>
export type Timeframe = ReturnType<typeof graphql.scalar<'Timeframe'>>
export type Adjustment = ReturnType<typeof graphql.scalar<'Adjustment'>>
export type QualityGrade = ReturnType<typeof graphql.scalar<'QualityGrade'>>
type FindingKind = ReturnType<typeof graphql.scalar<'FindingKind'>>

export const KIND_WORDS: Record<InstrumentKind, string> = {
  EQUITY: 'Share',
  ETF: 'Fund (ETF)',
  FUTURE: 'Future',
  CRYPTO: 'Crypto currency',
  FX: 'Currency',
  COMMODITY: 'Commodity',
  INDEX: 'Index',
}

export const TIMEFRAME_WORDS: Record<Timeframe, string> = {
  M1: '1 minute',
  M5: '5 minutes',
  M15: '15 minutes',
  M30: '30 minutes',
  H1: '1 hour',
  H4: '4 hours',
  D1: '1 day',
}

export const ADJUSTMENT_WORDS: Record<Adjustment, { label: string; meaning: string }> = {
  RAW: { label: 'As traded', meaning: 'Prices as they were traded' },
  SPLIT: { label: 'Splits', meaning: 'No split shows' },
  TOTAL_RETURN: { label: 'Total return', meaning: 'No split shows, and dividends are reinvested' },
}

export const GRADE_WORDS: Record<QualityGrade, { label: string; tone: BadgeTone; meaning: string }> = {
  GOOD: { label: 'Good', tone: 'gain', meaning: 'Nothing to look at.' },
  CHECK: { label: 'Check', tone: 'warn', meaning: 'Something to look at before relying on it.' },
  BAD: { label: 'Bad', tone: 'loss', meaning: 'Results are wrong unless this is dealt with.' },
}

export const FINDING_WORDS: Record<FindingKind, string> = {
  DUPLICATES: 'Repeated rows',
  GAP: 'Missing bars',
  NON_POSITIVE_PRICE: 'Price of zero or less',
  OFF_SESSION: 'Bars outside the session',
  OUTLIER: 'Unusual move',
  STALE_RUN: 'Price stands still',
  SUSPECTED_SPLIT: 'Perhaps an unadjusted split',
  ZERO_VOLUME: 'Bars without trades',
}

/** A record of words as the options of a select. */
export const optionsOf = <T extends string>(words: Record<T, string>): { value: T; label: string }[] =>
  (Object.keys(words) as T[]).map((value) => ({ value, label: words[value] }))
