/** p-values as colours. Lightness alone orders them, so that every kind of colour vision reads the same order. */

export type Rgb = readonly [red: number, green: number, blue: number]

/** From p = 1 to p = 0.0001, evenly on the logarithmic scale; in both themes the smaller p stands out more. */
const RAMPS: Record<'light' | 'dark', readonly Rgb[]> = {
  light: [
    [240, 243, 247],
    [214, 227, 241],
    [140, 183, 222],
    [38, 106, 176],
    [8, 36, 92],
  ],
  dark: [
    [28, 36, 47],
    [31, 58, 89],
    [44, 107, 168],
    [120, 189, 255],
    [255, 244, 196],
  ],
}

const DECADES = 4

/** The place of a p-value on the scale: 0 for 1, 1 for 0.0001 and below. */
export function scalePlace(pValue: number): number {
  if (pValue <= 0) return 1
  return Math.min(1, Math.max(0, -Math.log10(pValue) / DECADES))
}

/** The colour of a p-value. */
export function pValueColor(pValue: number, theme: 'light' | 'dark'): Rgb {
  const ramp = RAMPS[theme]
  const place = scalePlace(pValue) * (ramp.length - 1)
  const below = Math.min(ramp.length - 2, Math.floor(place))
  const [from, to] = [ramp[below] as Rgb, ramp[below + 1] as Rgb]
  const mix = (channel: 0 | 1 | 2) =>
    Math.round(from[channel] + (to[channel] - from[channel]) * (place - below))
  return [mix(0), mix(1), mix(2)]
}

/** A colour as CSS says it. */
export const cssColor = ([red, green, blue]: Rgb): string => `rgb(${red} ${green} ${blue})`

/** The values that a legend names, with their places. */
export const SCALE_TICKS: readonly { label: string; place: number }[] = [1, 0.1, 0.01, 0.001, 0.0001].map(
  (value) => ({ label: value === 0.0001 ? '≤ 0.0001' : String(value), place: scalePlace(value) }),
)

/** The scale as a CSS gradient from left to right. */
export const scaleGradient = (theme: 'light' | 'dark'): string =>
  `linear-gradient(to right, ${RAMPS[theme].map(cssColor).join(', ')})`
