import { expect, test } from 'vitest'
import { writeCosts, writeStops, writeZScore } from './specWords'

test('z-scores come from the formation period or a window', () => {
  expect(writeZScore('FORMATION', null)).toBe('the formation period')
  expect(writeZScore('ROLLING', 60)).toBe('the last 60 bars')
})

test('a trade is given up at a level, at an age, at both or never', () => {
  expect(writeStops(null, null)).toBe('at no z, at no age')
  expect(writeStops(4, null)).toBe('at |z| above 4.00, at no age')
  expect(writeStops(4, 20)).toBe('at |z| above 4.00, after 20 bars')
})

test('costs are basis points, of the borrow fee per year', () => {
  expect(writeCosts({ commissionBps: 1, slippageBps: 2.5, borrowBps: 0 })).toBe(
    '1.0, 2.5 bps; 0.0 bps per year',
  )
})
