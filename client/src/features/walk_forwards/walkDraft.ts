/** The form of a new walk-forward as it is typed, and as the graph takes it. */
import type { VariablesOf } from 'gql.tada'
import type { Read } from '@/graphql/useStart'
import { toMoment } from '@/lib/dates'
import { readInteger, readNumber } from '@/lib/draft'
import type { Period } from '@/lib/periods'
import { readValues, readValuesOrNone } from '@/lib/valueLists'
import type { StartWalkForward } from './useWalkStart'

export type WalkInput = VariablesOf<typeof StartWalkForward>['input']

/** Everything as it is typed, also while it makes no sense. */
export interface WalkDraft {
  universe: 'MARKET' | 'SYMBOLS'
  market: string
  symbols: readonly string[]
  period: Period | null
  formation: string
  trading: string
  anchored: 'ROLLING' | 'ANCHORED'
  purge: string
  pairs: string
  level: string
  entry: string
  exit: string
  stop: string
  maxHold: string
  costBps: string
  fill: NonNullable<WalkInput['fill']>
  gross: string
  capital: string
}

export const DEFAULT_DRAFT: WalkDraft = {
  universe: 'MARKET',
  market: '',
  symbols: [],
  period: null,
  formation: '252',
  trading: '21',
  anchored: 'ROLLING',
  purge: '0',
  pairs: '5',
  level: '0.05',
  entry: '1.5, 2, 2.5',
  exit: '0, 0.5',
  stop: 'none',
  maxHold: 'none',
  costBps: '3',
  fill: 'CLOSE',
  gross: '1',
  capital: '100000',
}

/** Names of the form's fields, as problems' paths name them. */
export const FIELDS = Object.keys(DEFAULT_DRAFT)

/** Fields that lie in the part of the form that is closed at first. */
export const ADVANCED = ['purge', 'level', 'stop', 'maxHold', 'costBps', 'fill', 'gross', 'capital']

type ListName = 'entry' | 'exit' | 'stop' | 'maxHold'
type NumberName = 'level' | 'costBps' | 'gross' | 'capital'
type IntegerName = 'formation' | 'trading' | 'purge' | 'pairs'

/** The input that a draft says, or what cannot be read, by field. Whether it makes sense is the server's to judge. */
export function readDraft(draft: WalkDraft): Read<WalkInput> {
  const mistakes: Record<string, string> = {}
  const read = <T>(name: string, value: T | undefined, wanted: string, otherwise: T): T => {
    if (value === undefined) mistakes[name] = wanted
    return value ?? otherwise
  }
  const number = (name: NumberName) => read(name, readNumber(draft[name]), 'A number is needed here.', 0)
  const integer = (name: IntegerName) =>
    read(name, readInteger(draft[name]), 'A whole number is needed here.', 0)
  const list = (name: Extract<ListName, 'entry' | 'exit'>) =>
    read(name, readValues(draft[name]), 'Numbers are needed here, such as “1, 1.5, 2”.', [])
  const listOrNone = (name: Extract<ListName, 'stop' | 'maxHold'>) =>
    read(name, readValuesOrNone(draft[name], 'none'), 'Numbers are needed here, or “none”.', [])
  if (draft.universe === 'MARKET' && draft.market === '') mistakes['universe'] = 'Choose a market.'
  if (draft.universe === 'SYMBOLS' && draft.symbols.length < 2)
    mistakes['universe'] = 'Add at least two symbols.'
  const { period } = draft
  if (!period) mistakes['period'] = 'Choose the period to walk through.'
  const input = {
    universe: draft.universe === 'MARKET' ? { market: draft.market } : { symbols: [...draft.symbols] },
    period: { start: toMoment(period?.start ?? ''), end: toMoment(period?.end ?? '') },
    formation: integer('formation'),
    trading: integer('trading'),
    anchored: draft.anchored === 'ANCHORED',
    purge: integer('purge'),
    pairs: integer('pairs'),
    level: number('level'),
    entry: list('entry'),
    exit: list('exit'),
    stop: listOrNone('stop'),
    maxHold: listOrNone('maxHold'),
    costBps: number('costBps'),
    fill: draft.fill,
    gross: number('gross'),
    capital: number('capital'),
  }
  return Object.keys(mistakes).length > 0 ? { mistakes } : { input }
}
