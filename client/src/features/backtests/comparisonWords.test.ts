import { expect, test } from 'vitest'
import { describeComparison, describeDivergence } from './comparisonWords'

test('what differs is said first, what comes of it afterwards', () => {
  const differences = [{ kind: 'PARAMETER' }, { kind: 'DATA' }, { kind: 'RESULT' }] as const
  expect(describeComparison({ same: false, differences, restatedCount: 3 })).toBe(
    'They differ in parameters, data (3 values restated), and so do their results.',
  )
  expect(describeComparison({ same: false, differences: [{ kind: 'CODE' }], restatedCount: 0 })).toBe(
    'They differ in code, yet their results agree.',
  )
  expect(describeComparison({ same: false, differences: [{ kind: 'RESULT' }], restatedCount: 0 })).toMatch(
    /should not happen/,
  )
  expect(describeComparison({ same: true, differences: [], restatedCount: 0 })).toMatch(/^They are the same/)
})

test('the first divergence has its column, day and both values', () => {
  expect(describeDivergence({ column: 'z_score', time: '2019-03-04T00:00:00Z', a: 1.5, b: null })).toBe(
    'The z-score parts first, on Mar 4, 2019: 1.5000 in A, — in B.',
  )
  expect(describeDivergence({ column: 'position', time: '2019-03-04T00:00:00Z', a: 1, b: -1 })).toBe(
    'The position parts first, on Mar 4, 2019: 1 in A, −1 in B.',
  )
  expect(describeDivergence(null)).toMatch(/never part/)
})
