import { expect, test } from 'vitest'
import { rebase, sparklinePath, toPoints, toTurns } from './series'

test('milliseconds become seconds and gaps stay gaps', () => {
  expect(toPoints([1000, 2000, 3000], [1.5, null, 2.5])).toEqual([
    { time: 1, value: 1.5 },
    { time: 3, value: 2.5 },
  ])
})

test('a column shorter than its times ends early', () => {
  expect(toPoints([1000, 2000], [1])).toEqual([{ time: 1, value: 1 }])
})

test('rebased points begin at 100', () => {
  expect(
    rebase([
      { time: 1, value: 50 },
      { time: 2, value: 75 },
    ]),
  ).toEqual([
    { time: 1, value: 100 },
    { time: 2, value: 150 },
  ])
  expect(rebase([])).toEqual([])
  expect(rebase([{ time: 1, value: 0 }])).toEqual([])
})

test('turns are where the position changes, a reversal included', () => {
  expect(toTurns([1000, 2000, 3000, 4000, 5000, 6000], [0, 1, 1, -1, 0, null])).toEqual([
    { time: 2, kind: 'long' },
    { time: 4, kind: 'short' },
    { time: 5, kind: 'exit' },
  ])
})

test('a sparkline spans its box', () => {
  expect(sparklinePath([1, 3, null, 2], 100, 10)).toBe('M0.0,10.0 L50.0,0.0 L100.0,5.0')
  expect(sparklinePath([1, null], 100, 10)).toBe('')
  expect(sparklinePath([2, 2], 100, 10)).toBe('M0.0,10.0 L100.0,10.0')
})
