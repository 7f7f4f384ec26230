/** From the graph's columns to what a chart draws. Times come in milliseconds, charts take seconds. */

/** A column as the scalars Floats and Times carry it. */
export type Column = readonly (number | null)[]

export interface Point {
  time: number
  value: number
}

/** Points of a column; nulls and rows without a time are left out. */
export function toPoints(time: readonly number[], values: Column): Point[] {
  return time.flatMap((moment, index) => {
    const value = values[index]
    return value === null || value === undefined ? [] : [{ time: moment / 1000, value }]
  })
}

/** The same points relative to the first of them, which becomes 100. */
export function rebase(points: readonly Point[]): Point[] {
  const first = points.find((point) => point.value !== 0)?.value
  return first === undefined ? [] : points.map(({ time, value }) => ({ time, value: (100 * value) / first }))
}

/** Where a position changes: entries and exits of a run, by the bar from which the position is held. */
export interface Turn {
  time: number
  kind: 'long' | 'short' | 'exit'
}

/** The turns of a column of positions (+1 long, −1 short, 0 flat). */
export function toTurns(time: readonly number[], position: Column): Turn[] {
  let held = 0
  const turns: Turn[] = []
  for (const [index, moment] of time.entries()) {
    const now = Math.sign(position[index] ?? 0)
    if (now === held) continue
    turns.push({ time: moment / 1000, kind: now > 0 ? 'long' : now < 0 ? 'short' : 'exit' })
    held = now
  }
  return turns
}

/** The polyline of a sparkline in a box of the given size, as an SVG path; empty without at least two points. */
export function sparklinePath(values: Column, width: number, height: number): string {
  const known = values.filter((value): value is number => value !== null)
  if (known.length < 2) return ''
  const low = Math.min(...known)
  const range = Math.max(...known) - low || 1
  const step = width / (known.length - 1)
  return known
    .map(
      (value, index) =>
        `${(index * step).toFixed(1)},${(height - ((value - low) / range) * height).toFixed(1)}`,
    )
    .join(' L')
    .replace(/^/, 'M')
}
