/** What a walk-forward is and what it came to, in sentences. */
import type { Estimate } from '@/graphql/estimates'
import { formatCount, formatNumber } from '@/lib/numbers'
import { sweepSize } from '@/lib/sweepSize'
import type { WalkInput } from './walkDraft'

/** What each step chooses from, before anybody presses go. */
export function describeChoice({ entry, exit, stop, maxHold, pairs, trading, formation }: WalkInput): string {
  const { sensible } = sweepSize({
    hedge: [1],
    window: [1],
    costBps: [1],
    entry: entry ?? [],
    exit: exit ?? [],
    stop: stop ?? [null],
    maxHold: maxHold ?? [null],
  })
  if (sensible === 0) return 'No combination has exit < entry < stop.'
  const sets = `${formatCount(sensible)} parameter ${sensible === 1 ? 'set' : 'sets'}`
  return `Every ${formatCount(trading)} bars: choose up to ${formatCount(pairs)} ${pairs === 1 ? 'pair' : 'pairs'} and one of ${sets} for each on ${formatCount(formation)} bars, then trade them.`
}

/** What choosing promised beside what it kept. */
export function describeDecay(inSample: Estimate, outOfSample: Estimate): string {
  if (inSample.value === null || outOfSample.value === null)
    return `In and out of sample cannot be compared: ${inSample.reason ?? outOfSample.reason ?? 'no value'}.`
  const [promised, kept] = [formatNumber(inSample.value), formatNumber(outOfSample.value)]
  const verdict =
    outOfSample.value <= 0
      ? 'Nothing of it was left out of sample.'
      : outOfSample.value < inSample.value / 2
        ? 'Less than half of it was left out of sample: most of what was chosen was luck.'
        : 'A good part of it was left out of sample.'
  return `What was chosen had a mean Sharpe ratio of ${promised} where it was chosen; traded afterwards it had ${kept}. ${verdict}`
}
