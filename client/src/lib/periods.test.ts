import { expect, test } from 'vitest'
import { formatDay } from './dates'
import {
  commonHistory,
  formatPeriod,
  jointPairHistory,
  periodsOf,
  presets,
  readPeriodSearch,
  searchOf,
  toMoments,
} from './periods'

const bars = (firstBar: string | null, lastBar: string | null) => ({ firstBar, lastBar })
const SAMPLE = { start: '1990-01-02', end: '2022-12-29' }

test('the common history is where both legs have bars; its end is excluded', () => {
  const y = bars('1990-01-02T00:00:00Z', '2022-12-28T00:00:00Z')
  const x = bars('1995-05-01T00:00:00Z', '2020-06-30T00:00:00Z')
  expect(commonHistory(y, x)).toEqual({ start: '1995-05-01', end: '2020-07-01' })
})

test('legs without bars, or that never meet, have no common history', () => {
  const y = bars('1990-01-02T00:00:00Z', '1999-12-28T00:00:00Z')
  expect(commonHistory(y, bars(null, null))).toBeNull()
  expect(commonHistory(y, bars('2000-01-03T00:00:00Z', '2001-01-03T00:00:00Z'))).toBeNull()
})

test('the first preset trades the last six years after five of formation', () => {
  expect(presets(SAMPLE)[0]).toEqual({
    label: 'Last 5 + 6 years',
    periods: {
      formation: { start: '2011-12-29', end: '2016-12-29' },
      trading: { start: '2016-12-29', end: '2022-12-29' },
    },
  })
})

test('presets longer than the history are left out; halves always remain', () => {
  expect(presets({ start: '2022-01-01', end: '2022-12-31' })).toEqual([
    {
      label: 'All, in halves',
      periods: {
        formation: { start: '2022-01-01', end: '2022-07-02' },
        trading: { start: '2022-07-02', end: '2022-12-31' },
      },
    },
  ])
})

test('no preset lets trading begin before formation has ended', () => {
  for (const { periods } of presets(SAMPLE)) {
    expect(periods.formation.start < periods.formation.end).toBe(true)
    expect(periods.formation.end <= periods.trading.start).toBe(true)
    expect(periods.trading.start < periods.trading.end).toBe(true)
  }
})

test('an address is read back as it was written, and nonsense in it is dropped', () => {
  const [first] = presets(SAMPLE)
  if (!first) throw new Error('no preset')
  const search = readPeriodSearch(searchOf(first.periods) as unknown as Record<string, unknown>)
  expect(periodsOf(search, { ...first.periods })).toEqual(first.periods)
  expect(readPeriodSearch({ formationStart: '2012-02-30', tradingEnd: 7, other: '2012-01-01' })).toEqual({})
})

test('the history of several pairs is what all of them share', () => {
  const of = (firstBar: string | null, lastBar: string | null) => ({ firstBar, lastBar })
  const long = of('2000-01-03T00:00:00Z', '2022-12-28T00:00:00Z')
  const late = of('2010-01-04T00:00:00Z', '2022-12-28T00:00:00Z')
  const ended = of('2000-01-03T00:00:00Z', '2015-06-30T00:00:00Z')
  const none = of(null, null)
  expect(
    jointPairHistory([
      { y: long, x: late },
      { y: long, x: ended },
    ]),
  ).toEqual({ start: '2010-01-04', end: '2015-07-01' })
  expect(jointPairHistory([])).toBeNull()
  expect(
    jointPairHistory([
      { y: long, x: late },
      { y: long, x: none },
    ]),
  ).toBeNull()
})

test('a period is moments for the graph, and its two days for reading', () => {
  const period = { start: '2012-01-30', end: '2017-01-31' }
  expect(toMoments(period)).toEqual({ start: '2012-01-30T00:00:00Z', end: '2017-01-31T00:00:00Z' })
  expect(formatPeriod(period)).toBe(`${formatDay('2012-01-30')} – ${formatDay('2017-01-31')}`)
  expect(formatPeriod(toMoments(period))).toBe(formatPeriod(period))
})
