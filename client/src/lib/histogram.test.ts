import { expect, test } from 'vitest'
import { histogramShape } from './histogram'

test('bins become bars side by side, with their edges', () => {
  const { bars } = histogramShape([3, 1, 0, 0])
  expect(bars.map(({ from, to, count, left, width }) => ({ from, to, count, left, width }))).toEqual([
    { from: 0, to: 0.25, count: 3, left: 0, width: 0.25 },
    { from: 0.25, to: 0.5, count: 1, left: 0.25, width: 0.25 },
    { from: 0.5, to: 0.75, count: 0, left: 0.5, width: 0.25 },
    { from: 0.75, to: 1, count: 0, left: 0.75, width: 0.25 },
  ])
})

test('heights are in proportion and stay inside the picture', () => {
  const { bars, expected, expectedHeight, highest } = histogramShape([4, 2, 0, 2])
  expect(expected).toBe(2)
  expect(expectedHeight).toBe(bars[1]?.height)
  expect(bars[0]?.height).toBeCloseTo(4 / highest, 12)
  expect(Math.max(...bars.map(({ height }) => height))).toBeLessThan(1)
})

test('equal counts all reach the expectation', () => {
  const { bars, expectedHeight } = histogramShape([5, 5, 5])
  expect(bars.map(({ height }) => height)).toEqual([expectedHeight, expectedHeight, expectedHeight])
})

test('no tests at all draw nothing and divide by nothing', () => {
  expect(histogramShape([])).toEqual({ bars: [], expected: 0, expectedHeight: 0, highest: 1.05 })
  expect(histogramShape([0, 0]).bars.map(({ height }) => height)).toEqual([0, 0])
})
