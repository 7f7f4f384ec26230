import { expect, test } from 'vitest'
import { DEFAULT_DRAFT, readDraft } from './walkDraft'
import { describeChoice, describeDecay } from './walkWords'

const PERIOD = { start: '2000-01-01', end: '2020-01-01' }
const estimate = (value: number | null, reason: string | null = null) => ({
  value,
  low: null,
  high: null,
  reason,
})

const INPUT = {
  universe: { market: 'US' },
  period: { start: '2000-01-01T00:00:00Z', end: '2020-01-01T00:00:00Z' },
  formation: 252,
  trading: 21,
  anchored: false,
  purge: 0,
  pairs: 5,
  level: 0.05,
  entry: [1.5, 2, 2.5],
  exit: [0, 0.5],
  stop: [null],
  maxHold: [null],
  costBps: 3,
  fill: 'CLOSE' as const,
  gross: 1,
  capital: 100000,
}

test('the draft becomes an input', () => {
  const draft = { ...DEFAULT_DRAFT, market: 'US', period: PERIOD }
  expect(readDraft(draft)).toEqual({ input: INPUT })
  expect(readDraft({ ...draft, fill: 'OPEN' })).toEqual({ input: { ...INPUT, fill: 'OPEN' } })
})

test('what is missing is said beside its field', () => {
  const read = readDraft({ ...DEFAULT_DRAFT, formation: '1.5', level: 'x', exit: '' })
  expect('mistakes' in read && Object.keys(read.mistakes).sort()).toEqual([
    'exit',
    'formation',
    'level',
    'period',
    'universe',
  ])
})

test('what each step chooses from is said before anybody presses go', () => {
  expect(describeChoice(INPUT)).toBe(
    'Every 21 bars: choose up to 5 pairs and one of 6 parameter sets for each on 252 bars, then trade them.',
  )
  expect(describeChoice({ ...INPUT, exit: [3] })).toBe('No combination has exit < entry < stop.')
})

test('what was promised stands beside what was kept', () => {
  expect(describeDecay(estimate(2), estimate(-0.1))).toBe(
    'What was chosen had a mean Sharpe ratio of 2.00 where it was chosen; traded afterwards it had −0.10. ' +
      'Nothing of it was left out of sample.',
  )
  expect(describeDecay(estimate(2), estimate(0.5))).toMatch(/most of what was chosen was luck/)
  expect(describeDecay(estimate(2), estimate(1.5))).toMatch(/A good part/)
  expect(describeDecay(estimate(null, 'no step chose a pair'), estimate(1))).toMatch(/no step chose a pair/)
})
