/** What backtests and portfolios are asked alike, in words. */
import { formatCount, formatNumber } from '@/lib/numbers'

interface Costs {
  commissionBps: number
  slippageBps: number
  borrowBps: number
}

/** Where z-scores come from. */
export const writeZScore = (zScore: 'FORMATION' | 'ROLLING', window: number | null): string =>
  zScore === 'FORMATION' ? 'the formation period' : `the last ${formatCount(window)} bars`

/** When a trade is given up. */
export function writeStops(stop: number | null, maxHold: number | null): string {
  const level = stop === null ? 'at no z' : `at |z| above ${formatNumber(stop)}`
  const age = maxHold === null ? 'at no age' : `after ${formatCount(maxHold)} bars`
  return `${level}, ${age}`
}

/** Commission, slippage and the fee for borrowing. */
export const writeCosts = ({ commissionBps, slippageBps, borrowBps }: Costs): string =>
  `${formatNumber(commissionBps, 1)}, ${formatNumber(slippageBps, 1)} bps; ${formatNumber(borrowBps, 1)} bps per year`
