import { expect, test } from 'vitest'
import { pValueColor, type Rgb, scalePlace } from './pValueScale'

const luminance = ([red, green, blue]: Rgb) => 0.2126 * red + 0.7152 * green + 0.0722 * blue

test('the scale is logarithmic from 1 to 0.0001', () => {
  expect([1, 0.1, 0.01, 0.001, 0.0001].map(scalePlace)).toEqual([
    0,
    0.25,
    0.5,
    expect.closeTo(0.75, 12),
    expect.closeTo(1, 12),
  ])
  expect(scalePlace(0)).toBe(1)
  expect(scalePlace(1e-12)).toBe(1)
})

test('lightness alone orders p-values, in both themes', () => {
  const levels = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.001, 0.0005, 0.0001]
  const light = levels.map((p) => luminance(pValueColor(p, 'light')))
  const dark = levels.map((p) => luminance(pValueColor(p, 'dark')))
  expect(light).toEqual([...light].sort((a, b) => b - a))
  expect(dark).toEqual([...dark].sort((a, b) => a - b))
  expect(new Set(light).size).toBe(levels.length)
  expect(new Set(dark).size).toBe(levels.length)
})
