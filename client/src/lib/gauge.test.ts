import { expect, test } from 'vitest'
import { gaugeOf } from './gauge'

test('bands lie around the middle, the needle between the ends', () => {
  expect(gaugeOf(1.5, { entry: 2, exit: 0.5, stop: null })).toEqual({
    limit: 3,
    needle: 0.75,
    beyond: false,
    entry: [1 / 6, 5 / 6],
    exit: [2.5 / 6, 3.5 / 6],
    stop: null,
  })
})

test('a far z-score rests at the end, and says so', () => {
  const { needle, beyond } = gaugeOf(-9, { entry: 2, exit: 0, stop: null })
  expect([needle, beyond]).toEqual([0, true])
})

test('without a z-score there is no needle; a stop is inside the scale', () => {
  const { needle, stop, limit } = gaugeOf(null, { entry: 2, exit: 0, stop: 4 })
  expect([needle, limit]).toEqual([null, 4.6])
  expect(stop?.[1]).toBeLessThan(1)
})
