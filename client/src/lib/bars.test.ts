import { expect, test } from 'vitest'
import { finerSpan, haveCandles, layOver, nearestTime, surroundings, toBars } from './bars'

const DAY = 86_400
const bar = (time: number, close: number) => ({
  time,
  open: null,
  high: null,
  low: null,
  close,
  volume: null,
})

test('columns become bars; a bar without a close is left out', () => {
  const bars = toBars({
    time: [0, DAY * 1000, 2 * DAY * 1000],
    open: [1, 2, 3],
    high: [3, 4, 5],
    low: [0.5, 1, 2],
    close: [2, null, 4],
    volume: null,
  })
  expect(bars).toEqual([
    { time: 0, open: 1, high: 3, low: 0.5, close: 2, volume: null },
    { time: 2 * DAY, open: 3, high: 5, low: 2, close: 4, volume: null },
  ])
  expect(haveCandles(bars)).toBe(true)
})

test('one price a bar is no candle, nor is nothing', () => {
  expect(haveCandles([bar(0, 1)])).toBe(false)
  expect(haveCandles([])).toBe(false)
})

test('finer bars replace the coarse ones between their ends', () => {
  const coarse = [bar(0, 1), bar(10, 2), bar(20, 3), bar(30, 4)]
  expect(
    layOver(coarse, [bar(9, 7), bar(11, 8), bar(20, 9)]).map(({ time, close }) => [time, close]),
  ).toEqual([
    [0, 1],
    [9, 7],
    [11, 8],
    [20, 9],
    [30, 4],
  ])
  expect(layOver(coarse, [])).toBe(coarse)
})

test('finer bars are asked for when little is visible, with room on both sides', () => {
  const whole = { from: 0, to: 1000 * DAY }
  expect(finerSpan({ from: 100 * DAY, to: 200 * DAY }, whole, null)).toEqual({
    from: 50 * DAY,
    to: 251 * DAY,
  })
  expect(finerSpan({ from: 0, to: 700 * DAY }, whole, null)).toBe(null)
  expect(finerSpan({ from: 10 * DAY, to: 10 * DAY }, whole, null)).toBe(null)
})

test('bars at hand are kept while they are fine enough', () => {
  const whole = { from: 0, to: 1000 * DAY }
  const detail = { from: 50 * DAY, to: 250 * DAY, complete: false }
  expect(finerSpan({ from: 100 * DAY, to: 200 * DAY }, whole, detail)).toBe(null)
  expect(finerSpan({ from: 100 * DAY, to: 120 * DAY }, whole, detail)).toEqual({
    from: 90 * DAY,
    to: 131 * DAY,
  })
  expect(finerSpan({ from: 100 * DAY, to: 120 * DAY }, whole, { ...detail, complete: true })).toBe(null)
  expect(finerSpan({ from: 200 * DAY, to: 300 * DAY }, whole, { ...detail, complete: true })).not.toBe(null)
})

test('a mark stands at the bar on or after its day, at the end on the last', () => {
  expect([nearestTime([10, 20, 30], 11), nearestTime([10, 20, 30], 40), nearestTime([], 1)]).toEqual([
    20,
    30,
    undefined,
  ])
})

test('a single day is shown with weeks around it, a year with its surroundings', () => {
  expect(surroundings({ from: 0, to: 0 })).toEqual({ from: -45 * DAY, to: 45 * DAY })
  expect(surroundings({ from: 0, to: 400 * DAY })).toEqual({ from: -300 * DAY, to: 700 * DAY })
})
