/** Opens one parameter set of a sweep as a backtest, which it starts first. */
import { useNavigate } from '@tanstack/react-router'
import type { BacktestInput } from '@/features/backtests/backtestDraft'
import { useBacktestStart } from '@/features/backtests/useBacktestStart'
import type { HedgeMethod } from '@/features/pairs/hedgeMethods'
import type { PriceScale } from '@/features/pairs/priceScales'
import type { ParameterSet } from './sweepAxes'

interface Period {
  start: string
  end: string
}

/** What all sets of a sweep share. */
export interface SetContext {
  sweepId: string
  pairId: string
  campaignId: string | null
  formation: Period
  trading: Period
  prices: PriceScale
  gross: number
  capital: number
}

const KEY_MAX = 100

/** The same set of the same sweep is the same backtest, however often it is opened: it counts as one trial. */
function keyOf(sweepId: string, set: ParameterSet): string | null {
  const key = `${sweepId} ${Object.values(set).join('/')}`
  return key.length <= KEY_MAX ? key : null
}

export function backtestOf({ sweepId, ...shared }: SetContext, set: ParameterSet): BacktestInput {
  return {
    pairId: shared.pairId,
    campaignId: shared.campaignId,
    formation: { start: shared.formation.start, end: shared.formation.end },
    trading: { start: shared.trading.start, end: shared.trading.end },
    prices: shared.prices,
    hedge: set.hedge as HedgeMethod,
    zScore: set.window === null ? 'FORMATION' : 'ROLLING',
    window: set.window as number | null,
    entry: set.entry as number,
    exit: set.exit as number,
    stop: set.stop as number | null,
    maxHold: set.maxHold as number | null,
    sizing: 'GROSS',
    gross: shared.gross,
    capital: shared.capital,
    // A sweep charges both together.
    commissionBps: set.costBps as number,
    slippageBps: 0,
    idempotencyKey: keyOf(sweepId, set),
  }
}

export interface OpenSet {
  busy: boolean
  problems: readonly string[]
  open: (set: ParameterSet) => Promise<void>
}

export function useOpenSet(context: SetContext): OpenSet {
  const navigate = useNavigate()
  const { busy, problems, start } = useBacktestStart()
  const open = async (set: ParameterSet) => {
    const id = await start({ input: backtestOf(context, set) })
    if (id) await navigate({ to: '/backtests/$id', params: { id } })
  }
  return { busy, problems: [...Object.values(problems.fields), ...problems.form], open }
}
