/** What PSR, DSR and the number of trials mean for a result, in sentences that do not promise too much. */
import type { Estimate } from '@/graphql/estimates'
import { formatCount, formatNumber, formatPercent } from '@/lib/numbers'

const CONFIDENT = 0.95

/** Trials by kind of work. */
const KINDS: Record<string, [one: string, many: string]> = {
  BACKTEST: ['backtest', 'backtests'],
  SCAN: ['test of a scan', 'tests of scans'],
  SWEEP: ['parameter set of a sweep', 'parameter sets of sweeps'],
  WALK_FORWARD: ['walk-forward', 'walk-forwards'],
  PORTFOLIO: ['portfolio', 'portfolios'],
}

/** So many trials of a kind: "1 backtest", "72 parameter sets of sweeps". */
export function countTrials(kind: string, tried: number): string {
  const [one, many] = KINDS[kind] ?? ['trial', 'trials']
  return `${formatCount(tried)} ${tried === 1 ? one : many}`
}

/** What the number of trials of a campaign means for its results. */
export const describeCampaign = (tried: number): string =>
  tried === 1
    ? 'A single trial is judged by itself. With every further one the best must show more, because the best of many worthless trials looks good, too.'
    : `The best of ${formatCount(tried)} worthless trials looks good, too. Every result of this campaign is therefore held against what the best of so many would show by chance: that is its deflated Sharpe ratio.`

/** What the deflated Sharpe ratio says, given how much was tried. */
export function describeDeflated(tried: number, deflated: Estimate, expectedBest: Estimate): string {
  if (deflated.value === null) return `No verdict: ${deflated.reason ?? 'there is no track record'}.`
  const alone = tried === 1 || expectedBest.value === null
  const claim = alone
    ? 'its true Sharpe ratio is above zero'
    : `it is better than the best of ${formatCount(tried)} worthless trials would look`
  const bar = alone
    ? ''
    : ` Chance alone would show a Sharpe ratio of about ${formatNumber(expectedBest.value)}.`
  const chance = formatPercent(deflated.value)
  return deflated.value >= CONFIDENT
    ? `It stands out: the probability that ${claim} is ${chance}.${bar}`
    : `It does not stand out: the probability that ${claim} is ${chance}; ${formatPercent(CONFIDENT, 0)} would be convincing.${bar}`
}

/** How long a record the result needs, beside how long it is. */
export function describeRecord(minimum: Estimate): string {
  if (minimum.value === null) return minimum.reason ?? 'No length would be enough.'
  return `${formatCount(Math.ceil(minimum.value))} bars of such a record would be needed to trust that it is above zero.`
}
