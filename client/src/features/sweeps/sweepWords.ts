/** How large a sweep is, and how far its best set can be believed, in sentences. */
import type { Estimate } from '@/graphql/estimates'
import { formatCount, formatNumber, formatPercent } from '@/lib/numbers'
import type { SweepSize } from '@/lib/sweepSize'

/** More combinations than this are refused, unless a sample is drawn. */
const SETS_MAX = 200_000

/** What would be run, before anybody presses go. */
export function describeSize({ combinations, sensible }: SweepSize, sample: number | null): string {
  if (sensible === 0) return 'No combination has exit < entry < stop.'
  const all = `${formatCount(combinations)} combinations`
  if (sample !== null && sample < combinations)
    return `A sample of ${formatCount(sample)} from ${all}; those with exit < entry < stop are run.`
  if (combinations > SETS_MAX)
    return `${all} are too many: at most ${formatCount(SETS_MAX)} are run. Draw a sample, or vary less.`
  const left = combinations - sensible
  const rest = left === 0 ? '' : `; ${formatCount(left)} more make no sense (exit ≥ entry, or entry ≥ stop)`
  return `${formatCount(sensible)} parameter ${sensible === 1 ? 'set' : 'sets'} will be run${rest}.`
}

/** What PBO says about choosing the best set. */
export function describeOverfitting(overfitting: Estimate, loss: Estimate): string {
  if (overfitting.value === null)
    return `Whether choosing the best set works cannot be told: ${overfitting.reason ?? 'no value'}.`
  const { value } = overfitting
  const verdict =
    value >= 0.5
      ? 'Choosing here is no better than drawing lots.'
      : value >= 0.2
        ? 'Choosing here is risky.'
        : 'The order of the sets mostly holds from one time to another.'
  const lost = loss.value === null ? '' : `, and loses money in ${formatPercent(loss.value, 0)}`
  return `The set that is best in one half of time ends below the median of the other half in ${formatPercent(value, 0)} of splits${lost}. ${verdict}`
}

interface SimulatedNull {
  pValue: number
  draws: number
  median: number
  high: number
}

/** What the best set looks like beside what chance alone finds. */
export function describeNull(best: number | null, chance: SimulatedNull | null): string {
  if (!chance) return 'No set traded, so there is nothing to compare with chance.'
  const found =
    best === null ? 'The best set' : `The best set has a Sharpe ratio of ${formatNumber(best)}; it`
  const often = `${formatPercent(chance.pValue, 0)} of ${formatCount(chance.draws)} simulations`
  const verdict = chance.pValue < 0.05 ? 'Chance rarely does that.' : 'Chance alone would do.'
  return `${found} is matched by the best of the same sweep on prices without any pull in ${often} (median ${formatNumber(chance.median)}, 5% exceed ${formatNumber(chance.high)}). ${verdict}`
}
