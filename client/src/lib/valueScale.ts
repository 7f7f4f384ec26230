/** Figures as colours: one direction by lightness alone, two directions in blue and orange, which all colour vision tells apart. */
import { cssColor, type Rgb } from './pValueScale'
import type { Column } from './series'

export interface ValueScale {
  low: number
  high: number
  color: (value: number) => Rgb
  /** From left to right, as CSS says it. */
  gradient: string
}

type Theme = 'light' | 'dark'

/** From the lowest to the highest. */
const ONE_WAY: Record<Theme, readonly Rgb[]> = {
  light: [
    [240, 243, 247],
    [140, 183, 222],
    [38, 106, 176],
    [8, 36, 92],
  ],
  dark: [
    [28, 36, 47],
    [44, 107, 168],
    [120, 189, 255],
    [255, 244, 196],
  ],
}

/** From far below zero over zero to far above it. */
const TWO_WAYS: Record<Theme, readonly Rgb[]> = {
  light: [
    [158, 60, 8],
    [240, 163, 94],
    [245, 245, 245],
    [130, 180, 222],
    [12, 76, 148],
  ],
  dark: [
    [255, 160, 96],
    [150, 76, 30],
    [34, 42, 53],
    [44, 100, 160],
    [126, 194, 255],
  ],
}

function mixed(ramp: readonly Rgb[], place: number): Rgb {
  const exact = Math.min(1, Math.max(0, place)) * (ramp.length - 1)
  const below = Math.min(ramp.length - 2, Math.floor(exact))
  const [from, to] = [ramp[below] as Rgb, ramp[below + 1] as Rgb]
  const mix = (channel: 0 | 1 | 2) =>
    Math.round(from[channel] + (to[channel] - from[channel]) * (exact - below))
  return [mix(0), mix(1), mix(2)]
}

/** The scale of these values. Around zero it is symmetric, so that a colour's side always says the sign. */
export function valueScale(values: Column, aroundZero: boolean, theme: Theme): ValueScale {
  const known = values.filter((value): value is number => value !== null)
  const [least, most] = [Math.min(...known, Infinity), Math.max(...known, -Infinity)]
  const reach = known.length === 0 ? 1 : Math.max(Math.abs(least), Math.abs(most)) || 1
  const low = aroundZero ? -reach : known.length === 0 ? 0 : least
  const high = aroundZero ? reach : known.length === 0 ? 1 : most
  const ramp = (aroundZero ? TWO_WAYS : ONE_WAY)[theme]
  return {
    low,
    high,
    color: (value) => mixed(ramp, high === low ? 1 : (value - low) / (high - low)),
    gradient: `linear-gradient(to right, ${ramp.map(cssColor).join(', ')})`,
  }
}

/** Whether dark text stands out on a colour, by its luminance. */
export const isLight = ([red, green, blue]: Rgb): boolean =>
  0.2126 * red + 0.7152 * green + 0.0722 * blue > 140
