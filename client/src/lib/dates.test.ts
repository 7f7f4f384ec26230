import { expect, test } from 'vitest'
import { addDays, addYears, formatDay, formatDuration, isDay, middleDay, toDay, toMoment } from './dates'

test('days are UTC days, there and back', () => {
  expect(toDay('2012-01-30T00:00:00+00:00')).toBe('2012-01-30')
  expect(toDay(Date.parse('2012-01-30T23:59:59Z'))).toBe('2012-01-30')
  expect(toMoment('2012-01-30')).toBe('2012-01-30T00:00:00Z')
})

test('only days that exist are days', () => {
  for (const text of ['2012-02-29', '1990-01-02']) expect(isDay(text)).toBe(true)
  for (const text of ['2013-02-29', '2012-1-3', '', 'yesterday', '2012-13-01', null, 20120130]) {
    expect(isDay(text)).toBe(false)
  }
})

test('days are added over ends of months and years', () => {
  expect(addDays('2022-12-31', 1)).toBe('2023-01-01')
  expect(addDays('2012-03-01', -1)).toBe('2012-02-29')
  expect(addYears('2017-01-31', -5)).toBe('2012-01-31')
  expect(addYears('2016-02-29', 1)).toBe('2017-02-28')
  expect(middleDay('2020-01-01', '2020-01-03')).toBe('2020-01-02')
})

test('days are written for people', () => {
  expect(formatDay('2022-12-28T00:00:00Z')).toBe('Dec 28, 2022')
  expect(formatDay(null)).toBe('—')
})

test('durations have the precision that matters', () => {
  const written = [0.44, 12, 59.7, 185, 7800].map((seconds) => formatDuration(seconds))
  expect(written).toEqual(['0.4 s', '12 s', '1 min 0 s', '3 min 5 s', '2 h 10 min'])
  expect([formatDuration(null), formatDuration(Number.NaN), formatDuration(-1)]).toEqual(['—', '—', '—'])
})
