/** From counts in equal bins over 0 to 1 to the bars of a histogram, and what a uniform distribution would give. */

export interface HistogramBar {
  from: number
  to: number
  count: number
  /** Left edge, width and height as fractions of the picture. */
  left: number
  width: number
  height: number
}

export interface HistogramShape {
  bars: HistogramBar[]
  /** The count of each bin if all values were equally likely. */
  expected: number
  /** Its height as a fraction of the picture. */
  expectedHeight: number
  /** The count at the top of the picture. */
  highest: number
}

const HEADROOM = 1.05

/** The shape of a histogram; nothing is ever higher than the picture. */
export function histogramShape(counts: readonly number[]): HistogramShape {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const expected = counts.length > 0 ? total / counts.length : 0
  const highest = Math.max(expected, ...counts, 1) * HEADROOM
  const width = counts.length > 0 ? 1 / counts.length : 0
  const bars = counts.map((count, bin) => ({
    from: bin / counts.length,
    to: (bin + 1) / counts.length,
    count,
    left: bin * width,
    width,
    height: count / highest,
  }))
  return { bars, expected, expectedHeight: expected / highest, highest }
}
