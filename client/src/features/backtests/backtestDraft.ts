/** The form of a new backtest as it is typed, and as the graph takes it. */
import type { VariablesOf } from 'gql.tada'
import type { HedgeMethod } from '@/features/pairs/hedgeMethods'
import type { PriceScale } from '@/features/pairs/priceScales'
import type { Read } from '@/graphql/useStart'
import { readInteger, readNumber } from '@/lib/draft'
import { type Periods, toMoments } from '@/lib/periods'
import type { StartBacktest } from './useBacktestStart'

export type BacktestInput = VariablesOf<typeof StartBacktest>['input']
type ZScoreKind = NonNullable<BacktestInput['zScore']>
type Sizing = NonNullable<BacktestInput['sizing']>
type Fill = NonNullable<BacktestInput['fill']>

/** Everything as text: what is typed is kept even while it makes no sense. */
export interface BacktestDraft {
  zScore: ZScoreKind
  window: string
  entry: string
  exit: string
  stop: string
  maxHold: string
  sizing: Sizing
  gross: string
  notional: string
  capital: string
  commissionBps: string
  slippageBps: string
  borrowBps: string
  fill: Fill
  /** Per cent; empty is never. */
  rehedgeBand: string
  /** Per cent per year. */
  targetVolatility: string
  volatilityWindow: string
  /** Empty is that of the pair and formation. */
  campaignId: string
}

export const DEFAULT_DRAFT: BacktestDraft = {
  zScore: 'FORMATION',
  window: '60',
  entry: '2',
  exit: '0.5',
  stop: '',
  maxHold: '',
  sizing: 'GROSS',
  gross: '1',
  notional: '10000',
  capital: '100000',
  commissionBps: '1',
  slippageBps: '2',
  borrowBps: '0',
  fill: 'CLOSE',
  rehedgeBand: '',
  targetVolatility: '10',
  volatilityWindow: '60',
  campaignId: '',
}

/** Names of the form's fields, as problems' paths name them. */
export const FIELDS = ['formation', 'trading', 'prices', 'hedge', ...Object.keys(DEFAULT_DRAFT)]

/** Fields that lie in the part of the form that is closed at first. */
export const ADVANCED = [
  'stop',
  'maxHold',
  'commissionBps',
  'slippageBps',
  'borrowBps',
  'fill',
  'rehedgeBand',
  'campaignId',
]

export interface Context {
  pairId: string
  periods: Periods
  prices: PriceScale
  hedge: HedgeMethod
}

const NUMBERS = [
  'entry',
  'exit',
  'gross',
  'notional',
  'capital',
  'commissionBps',
  'slippageBps',
  'borrowBps',
] as const

/** The input that a draft says, or what cannot be read, by field. Whether it makes sense is the server's to judge. */
export function readDraft(
  draft: BacktestDraft,
  { pairId, periods, prices, hedge }: Context,
): Read<BacktestInput> {
  const mistakes: Record<string, string> = {}
  const number = (name: (typeof NUMBERS)[number] | 'stop' | 'rehedgeBand' | 'targetVolatility'): number => {
    const value = readNumber(draft[name])
    if (value === undefined) mistakes[name] = 'A number is needed here.'
    return value ?? 0
  }
  const integer = (name: 'window' | 'maxHold' | 'volatilityWindow'): number => {
    const value = readInteger(draft[name])
    if (value === undefined) mistakes[name] = 'A whole number is needed here.'
    return value ?? 0
  }
  const input: BacktestInput = {
    pairId,
    formation: toMoments(periods.formation),
    trading: toMoments(periods.trading),
    prices,
    hedge,
    zScore: draft.zScore,
    window: draft.zScore === 'ROLLING' ? integer('window') : null,
    stop: draft.stop.trim() === '' ? null : number('stop'),
    maxHold: draft.maxHold.trim() === '' ? null : integer('maxHold'),
    sizing: draft.sizing,
    ...(draft.sizing === 'VOLATILITY_TARGET'
      ? { targetVolatility: number('targetVolatility') / 100, volatilityWindow: integer('volatilityWindow') }
      : {}),
    fill: draft.fill,
    rehedgeBand: draft.rehedgeBand.trim() === '' ? null : number('rehedgeBand') / 100,
    campaignId: draft.campaignId || null,
    ...Object.fromEntries(NUMBERS.map((name) => [name, number(name)])),
  }
  return Object.keys(mistakes).length > 0 ? { mistakes } : { input }
}
