import { expect, test } from 'vitest'
import { zoneOfTimes } from './fileTimes'

test.each([
  [['2024-01-02', '2024-01-03'], 'days'],
  [['02/01/2024'], 'days'],
  [['20240102'], 'days'],
  [['2024-01-02 00:00:00'], 'days'],
  [['2024-01-02T09:30:00Z'], 'carried'],
  [['2024-01-02 09:30:00+05:30'], 'carried'],
  [['1704187800000'], 'carried'],
  [['2024-01-02 09:30', '2024-01-02 09:31'], 'missing'],
  [['2024-01-02 09:30', '2024-01-02T09:31Z'], 'unknown'],
  [['soon'], 'unknown'],
  [[], 'unknown'],
] as const)('%j: %s', (samples, zone) => {
  expect(zoneOfTimes(samples)).toBe(zone)
})
