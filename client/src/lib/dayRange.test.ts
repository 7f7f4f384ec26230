import { expect, test } from 'vitest'
import { daysBetween, daysOfKey, moveWindow, toPeriod, toWindow } from './dayRange'

const HISTORY = { start: '2020-01-01', end: '2021-01-01' }
const SHORTEST = 60

test('a period and its day numbers are the same window', () => {
  const period = { start: '2020-03-01', end: '2020-09-01' }
  const window = toWindow(HISTORY, period, SHORTEST)
  expect(window).toEqual({ start: 60, end: 244 })
  expect(toPeriod(HISTORY, window)).toEqual(period)
  expect(daysBetween(HISTORY.start, HISTORY.end)).toBe(366)
})

test('a period beyond the history is cut to it', () => {
  expect(toWindow(HISTORY, { start: '2010-01-01', end: '2030-01-01' }, SHORTEST)).toEqual({
    start: 0,
    end: 366,
  })
  expect(toWindow(HISTORY, { start: '2030-01-01', end: '2031-01-01' }, SHORTEST)).toEqual({
    start: 306,
    end: 366,
  })
})

test('handles stop at the edges and keep their distance', () => {
  const window = { start: 100, end: 200 }
  expect(moveWindow(window, 'start', -500, 366, SHORTEST)).toEqual({ start: 0, end: 200 })
  expect(moveWindow(window, 'start', 500, 366, SHORTEST)).toEqual({ start: 140, end: 200 })
  expect(moveWindow(window, 'end', -500, 366, SHORTEST)).toEqual({ start: 100, end: 160 })
  expect(moveWindow(window, 'end', Number.POSITIVE_INFINITY, 366, SHORTEST)).toEqual({ start: 100, end: 366 })
})

test('the whole window keeps its length', () => {
  const window = { start: 100, end: 200 }
  expect(moveWindow(window, 'both', 10, 366, SHORTEST)).toEqual({ start: 110, end: 210 })
  expect(moveWindow(window, 'both', Number.NEGATIVE_INFINITY, 366, SHORTEST)).toEqual({ start: 0, end: 100 })
  expect(moveWindow(window, 'both', Number.POSITIVE_INFINITY, 366, SHORTEST)).toEqual({
    start: 266,
    end: 366,
  })
})

test('keys move by a week, a month or a year', () => {
  expect(daysOfKey('ArrowRight', false)).toBe(7)
  expect(daysOfKey('ArrowLeft', true)).toBe(-30)
  expect(daysOfKey('PageUp', false)).toBe(365)
  expect(daysOfKey('Enter', false)).toBeUndefined()
})
