/** From parts to the bars of a waterfall: each begins where the one before it ended. */

export interface WaterfallBar {
  amount: number
  /** The sum of this part and all before it. */
  sum: number
  /** Left edge and width as fractions of the picture. */
  left: number
  width: number
}

export interface Waterfall {
  bars: WaterfallBar[]
  /** The last bar: from zero to the sum of all parts. */
  total: WaterfallBar
  /** Where zero lies, as a fraction of the picture. */
  zero: number
}

function runningSums(parts: readonly number[]): number[] {
  let sum = 0
  return parts.map((part) => {
    sum += part
    return sum
  })
}

/** The bars of these parts; the picture is as wide as the sums ever reach, zero included. */
export function waterfall(parts: readonly number[]): Waterfall {
  const sums = runningSums(parts)
  const low = Math.min(0, ...sums)
  const range = Math.max(0, ...sums) - low || 1
  const bar = (amount: number, from: number, to: number): WaterfallBar => ({
    amount,
    sum: to,
    left: (Math.min(from, to) - low) / range,
    width: Math.abs(to - from) / range,
  })
  const total = sums.at(-1) ?? 0
  return {
    bars: parts.map((part, place) => bar(part, sums[place - 1] ?? 0, sums[place] ?? 0)),
    total: bar(total, 0, total),
    zero: (0 - low) / range,
  }
}
