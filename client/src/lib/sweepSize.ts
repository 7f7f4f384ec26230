/** How many parameter sets a grid has, before anybody presses go. */

export interface SweepAxes {
  hedge: readonly unknown[]
  window: readonly unknown[]
  entry: readonly number[]
  exit: readonly number[]
  stop: readonly (number | null)[]
  maxHold: readonly unknown[]
  costBps: readonly unknown[]
}

export interface SweepSize {
  /** All combinations. */
  combinations: number
  /** Those with exit < entry < stop, which are run. */
  sensible: number
}

/** Counted without making the grid: only thresholds rule each other out. */
export function sweepSize({ hedge, window, entry, exit, stop, maxHold, costBps }: SweepAxes): SweepSize {
  const rest = hedge.length * window.length * maxHold.length * costBps.length
  const thresholds = entry.reduce((sum, enter) => {
    const exits = exit.filter((leave) => leave < enter).length
    const stops = stop.filter((limit) => limit === null || limit > enter).length
    return sum + exits * stops
  }, 0)
  return { combinations: rest * entry.length * exit.length * stop.length, sensible: rest * thresholds }
}
