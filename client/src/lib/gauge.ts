/** Where a z-score and its bands lie on a small scale around zero. */

export interface Bands {
  entry: number
  exit: number
  stop: number | null
}

export interface Gauge {
  /** The |z| at both ends. */
  limit: number
  /** From 0 to 1; null without a z-score. */
  needle: number | null
  /** Whether the z-score lies beyond an end, where the needle rests. */
  beyond: boolean
  entry: [low: number, high: number]
  exit: [low: number, high: number]
  stop: [low: number, high: number] | null
}

/** A scale that shows the outermost band with room to spare; it does not change with z, so that the needle moves alone. */
export function gaugeOf(z: number | null, { entry, exit, stop }: Bands): Gauge {
  const limit = Math.max(1.5 * entry, 1.15 * (stop ?? 0), 1)
  const place = (value: number) => (Math.min(limit, Math.max(-limit, value)) + limit) / (2 * limit)
  const band = (value: number): [number, number] => [place(-value), place(value)]
  return {
    limit,
    needle: z === null ? null : place(z),
    beyond: z !== null && Math.abs(z) > limit,
    entry: band(entry),
    exit: band(exit),
    stop: stop === null ? null : band(stop),
  }
}
