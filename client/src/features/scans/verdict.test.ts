import { expect, test } from 'vitest'
import { describeEstimate, verdictOf, verdictSentence } from './verdict'

const SAMPLE = { pairsTested: 380, belowLevel: 17, expectedFalse: 19, discoveries: 0 }

test('the verdict counts the tests', () => {
  expect(verdictSentence(SAMPLE, 0.05, 'BY')).toBe(
    '17 of 380 directed pairs have p < 0.05; 19 would by chance alone; 0 remain after BY.',
  )
  expect(
    verdictSentence({ pairsTested: 2, belowLevel: 1, expectedFalse: 0.02, discoveries: 1 }, 0.01, 'HOLM'),
  ).toBe('1 of 2 directed pairs has p < 0.01; 0.02 would by chance alone; 1 remains after Holm.')
  expect(
    verdictSentence(
      { pairsTested: 249_500, belowLevel: 12_480, expectedFalse: 12_475, discoveries: 3 },
      0.05,
      'BH',
    ),
  ).toMatch(/^12.480 of 249.500 .* 12.475 would .* 3 remain after BH\.$/)
})

test('the advice promises no more than the counts', () => {
  expect(verdictOf(SAMPLE, 0.05, 'BY').advice).toMatch(/^Nothing here is more than luck/)
  expect(verdictOf({ ...SAMPLE, belowLevel: 40 }, 0.05, 'BY').advice).toMatch(/as ideas, not as finds/)
  expect(verdictOf({ ...SAMPLE, belowLevel: 0 }, 0.05, 'BY').advice).toMatch(/No single pair/)
  expect(verdictOf({ ...SAMPLE, discoveries: 2 }, 0.05, 'BY').advice).toMatch(/worth a closer look/)
})

test('an estimate says tests and time', () => {
  expect(describeEstimate({ tests: 380, seconds: 0.00076 })).toBe('380 tests, under a second')
  expect(describeEstimate({ tests: 2, seconds: 0 })).toBe('2 tests, under a second')
  expect(describeEstimate({ tests: 8_997_000, seconds: 18 })).toMatch(
    /^8.997.000 tests, about 18 s on one core$/,
  )
  expect(describeEstimate({ tests: 399_980_000, seconds: 800 })).toMatch(/about 13 min on one core$/)
})
