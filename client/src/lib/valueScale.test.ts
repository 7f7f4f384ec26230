import { expect, test } from 'vitest'
import { isLight, valueScale } from './valueScale'

test('around zero both sides reach equally far, so that the colour says the sign', () => {
  const { low, high, color } = valueScale([-1, null, 2], true, 'light')
  expect([low, high]).toEqual([-2, 2])
  expect([color(0), color(2), color(-2)]).toEqual([
    [245, 245, 245],
    [12, 76, 148],
    [158, 60, 8],
  ])
  const [red, , blue] = color(-1)
  expect(red).toBeGreaterThan(blue)
})

test('one way goes from the least to the most', () => {
  const { low, high, color } = valueScale([3, 9], false, 'dark')
  expect([low, high, color(3), color(9)]).toEqual([3, 9, [28, 36, 47], [255, 244, 196]])
})

test('without values and with equal ones there is still a scale', () => {
  expect(valueScale([], true, 'light').high).toBe(1)
  expect(valueScale([null], false, 'light').low).toBe(0)
  expect(valueScale([0, 0], true, 'light').color(0)).toEqual([245, 245, 245])
  expect(valueScale([5, 5], false, 'light').color(5)).toEqual([8, 36, 92])
})

test('text stands out', () => {
  expect([isLight([245, 245, 245]), isLight([12, 76, 148])]).toEqual([true, false])
})
