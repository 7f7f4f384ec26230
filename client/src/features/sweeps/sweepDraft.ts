/** The form of a new sweep as it is typed, and as the graph takes it. */
import type { VariablesOf } from 'gql.tada'
import type { HedgeMethod } from '@/features/pairs/hedgeMethods'
import type { PriceScale } from '@/features/pairs/priceScales'
import type { Read } from '@/graphql/useStart'
import { readInteger, readNumber } from '@/lib/draft'
import { type Periods, toMoments } from '@/lib/periods'
import { readValues, readValuesOrNone } from '@/lib/valueLists'
import type { StartSweep } from './useSweepStart'

export type SweepInput = VariablesOf<typeof StartSweep>['input']

/** Lists as text: what is typed is kept even while it makes no sense. */
export interface SweepDraft {
  hedge: readonly HedgeMethod[]
  window: string
  entry: string
  exit: string
  stop: string
  maxHold: string
  costBps: string
  gross: string
  capital: string
  sample: string
  seed: string
}

export const DEFAULT_DRAFT: SweepDraft = {
  hedge: ['OLS'],
  window: 'formation, 60, 120',
  entry: '1 to 3 by 0.25',
  exit: '0 to 1 by 0.25',
  stop: 'none',
  maxHold: 'none',
  costBps: '3',
  gross: '1',
  capital: '100000',
  sample: '',
  seed: '0',
}

/** Names of the form's fields, as problems' paths name them. */
export const FIELDS = ['pairId', 'formation', 'trading', 'prices', ...Object.keys(DEFAULT_DRAFT)]

/** Fields that lie in the part of the form that is closed at first. */
export const ADVANCED = ['stop', 'maxHold', 'gross', 'capital', 'sample', 'seed']

export interface Context {
  pairId: string
  periods: Periods
  prices: PriceScale
}

const LIST = 'Numbers are needed here, such as “1, 1.5, 2” or “1 to 3 by 0.5”'

/** The input that a draft says, or what cannot be read, by field. Whether it makes sense is the server's to judge. */
export function readDraft(draft: SweepDraft, { pairId, periods, prices }: Context): Read<SweepInput> {
  const mistakes: Record<string, string> = {}
  const list = (name: 'entry' | 'exit' | 'costBps'): number[] => {
    const values = readValues(draft[name])
    if (!values) mistakes[name] = `${LIST}.`
    return values ?? []
  }
  const listOrNone = (name: 'window' | 'stop' | 'maxHold', none: string, whole: boolean) => {
    const values = readValuesOrNone(draft[name], none)
    const wrong = !values || (whole && values.some((value) => value !== null && !Number.isInteger(value)))
    if (wrong) mistakes[name] = `${whole ? LIST.replace('Numbers', 'Whole numbers') : LIST}, or “${none}”.`
    return values ?? []
  }
  const number = (name: 'gross' | 'capital'): number => {
    const value = readNumber(draft[name])
    if (value === undefined) mistakes[name] = 'A number is needed here.'
    return value ?? 0
  }
  const integer = (name: 'sample' | 'seed'): number => {
    const value = readInteger(draft[name])
    if (value === undefined) mistakes[name] = 'A whole number is needed here.'
    return value ?? 0
  }
  if (draft.hedge.length === 0) mistakes['hedge'] = 'Choose at least one.'
  if (!pairId) mistakes['pairId'] = 'Choose a pair.'
  const input: SweepInput = {
    pairId,
    formation: toMoments(periods.formation),
    trading: toMoments(periods.trading),
    prices,
    axes: {
      hedge: [...draft.hedge],
      window: listOrNone('window', 'formation', true),
      entry: list('entry'),
      exit: list('exit'),
      stop: listOrNone('stop', 'none', false),
      maxHold: listOrNone('maxHold', 'none', true),
      costBps: list('costBps'),
    },
    gross: number('gross'),
    capital: number('capital'),
    sample: draft.sample.trim() === '' ? null : integer('sample'),
    seed: integer('seed'),
  }
  return Object.keys(mistakes).length > 0 ? { mistakes } : { input }
}
