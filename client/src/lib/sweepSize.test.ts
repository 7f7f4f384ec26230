import { expect, test } from 'vitest'
import { sweepSize } from './sweepSize'

const AXES = {
  hedge: ['OLS', 'KALMAN'],
  window: [null, 60],
  entry: [1, 2, 3],
  exit: [0, 1, 2],
  stop: [null, 2.5],
  maxHold: [null],
  costBps: [3],
}

test('only combinations with exit < entry < stop are sensible', () => {
  let counted = 0
  for (const entry of AXES.entry)
    for (const exit of AXES.exit)
      for (const stop of AXES.stop)
        if (exit < entry && entry < (stop ?? Number.POSITIVE_INFINITY)) counted += 4
  expect(sweepSize(AXES)).toEqual({ combinations: 72, sensible: counted })
  expect(counted).toBe(36)
})

test('a large grid is counted, not made', () => {
  const many = Array.from({ length: 250 }, (_, place) => place)
  const size = sweepSize({
    ...AXES,
    window: many,
    maxHold: many,
    costBps: many,
    entry: [5],
    exit: [1],
    stop: [null],
  })
  expect(size).toEqual({ combinations: 31_250_000, sensible: 31_250_000 })
})
