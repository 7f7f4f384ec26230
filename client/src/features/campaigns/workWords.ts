/** What a counted piece of work was and what came out, in words. */
import { formatCount, formatNumber, formatPercent } from '@/lib/numbers'

const KINDS: Record<string, string> = {
  BACKTEST: 'Backtest',
  SCAN: 'Scan',
  SWEEP: 'Sweep',
  WALK_FORWARD: 'Walk-forward',
  PORTFOLIO: 'Portfolio',
}

/** What a piece of work is called, such as "Sweep of KO/PEP". */
export function titleOf(kind: string, name: string | undefined): string {
  const word = KINDS[kind] ?? kind
  return name === undefined ? word : `${word} of ${name}`
}

interface Value {
  value: number | null
}

/** As much of a piece of work as its main figure needs. */
type Work =
  | { __typename: 'Backtest' | 'Portfolio'; metrics: { sharpe: Value } | null }
  | { __typename: 'WalkForward'; summary: { sharpe: Value } | null }
  | { __typename: 'Sweep'; summary: { overfitting: Value } | null }
  | { __typename: 'Scan'; summary: { discoveries: number } | null }
  | { __typename: string }

/** The figure that a piece of work is judged by, with its name. */
export function figureOf(work: Work): string {
  if ('metrics' in work) return `Sharpe ${formatNumber(work.metrics?.sharpe.value)}`
  if (!('summary' in work) || !work.summary) return '—'
  if ('sharpe' in work.summary) return `Sharpe ${formatNumber(work.summary.sharpe.value)} out of sample`
  if ('discoveries' in work.summary) return `${formatCount(work.summary.discoveries)} found after correction`
  return `PBO ${formatPercent(work.summary.overfitting.value, 0)}`
}
