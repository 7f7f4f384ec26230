/** The form of a new portfolio as it is typed, and as the graph takes it. */
import type { VariablesOf } from 'gql.tada'
import type { HedgeMethod } from '@/features/pairs/hedgeMethods'
import type { PriceScale } from '@/features/pairs/priceScales'
import type { Read } from '@/graphql/useStart'
import { toMoment } from '@/lib/dates'
import { readInteger, readNumber } from '@/lib/draft'
import type { Period, Periods } from '@/lib/periods'
import type { StartPortfolio } from './usePortfolioStart'

export type PortfolioInput = VariablesOf<typeof StartPortfolio>['input']

/** Everything as it is typed, also while it makes no sense. */
export interface PortfolioDraft {
  pairIds: readonly string[]
  periods: Periods | null
  capital: string
  allocation: NonNullable<PortfolioInput['allocation']>
  nameLimit: string
  entry: string
  exit: string
  prices: PriceScale
  hedge: HedgeMethod
  zScore: NonNullable<PortfolioInput['zScore']>
  window: string
  stop: string
  maxHold: string
  gross: string
  commissionBps: string
  slippageBps: string
  borrowBps: string
  campaignId: string
}

export const DEFAULT_DRAFT: PortfolioDraft = {
  pairIds: [],
  periods: null,
  capital: '100000',
  allocation: 'EQUAL',
  nameLimit: '',
  entry: '2',
  exit: '0.5',
  prices: 'LOG',
  hedge: 'OLS',
  zScore: 'FORMATION',
  window: '60',
  stop: '',
  maxHold: '',
  gross: '1',
  commissionBps: '1',
  slippageBps: '2',
  borrowBps: '0',
  campaignId: '',
}

/** Names of the form's fields, as problems' paths name them. */
export const FIELDS = [...Object.keys(DEFAULT_DRAFT), 'formation', 'trading']

/** Fields that lie in the part of the form that is closed at first. */
export const ADVANCED = [
  'prices',
  'hedge',
  'zScore',
  'window',
  'stop',
  'maxHold',
  'gross',
  'commissionBps',
  'slippageBps',
  'borrowBps',
  'campaignId',
]

const NUMBERS = ['capital', 'entry', 'exit', 'gross', 'commissionBps', 'slippageBps', 'borrowBps'] as const

const moments = (period: Period | undefined) => ({
  start: toMoment(period?.start ?? ''),
  end: toMoment(period?.end ?? ''),
})

/** The input that a draft says, or what cannot be read, by field. Whether it makes sense is the server's to judge. */
export function readDraft(draft: PortfolioDraft): Read<PortfolioInput> {
  const mistakes: Record<string, string> = {}
  const read = (name: string, value: number | undefined, wanted: string): number => {
    if (value === undefined) mistakes[name] = wanted
    return value ?? 0
  }
  const number = (name: (typeof NUMBERS)[number] | 'stop' | 'nameLimit') =>
    read(name, readNumber(draft[name]), 'A number is needed here.')
  const integer = (name: 'window' | 'maxHold') =>
    read(name, readInteger(draft[name]), 'A whole number is needed here.')
  if (draft.pairIds.length === 0) mistakes['pairIds'] = 'Choose at least one pair.'
  if (!draft.periods) mistakes['formation'] = 'Choose the periods.'
  const input: PortfolioInput = {
    pairIds: [...draft.pairIds],
    formation: moments(draft.periods?.formation),
    trading: moments(draft.periods?.trading),
    allocation: draft.allocation,
    nameLimit: draft.nameLimit.trim() === '' ? null : number('nameLimit'),
    prices: draft.prices,
    hedge: draft.hedge,
    zScore: draft.zScore,
    window: draft.zScore === 'ROLLING' ? integer('window') : null,
    stop: draft.stop.trim() === '' ? null : number('stop'),
    maxHold: draft.maxHold.trim() === '' ? null : integer('maxHold'),
    ...Object.fromEntries(NUMBERS.map((name) => [name, number(name)])),
    campaignId: draft.campaignId || null,
  }
  return Object.keys(mistakes).length > 0 ? { mistakes } : { input }
}
