import { expect, test } from 'vitest'
import {
  adfLine,
  cointegrationLine,
  johansenLine,
  kpssLine,
  type SpreadTest,
  varianceRatioLine,
} from './testWords'

const RESULT: SpreadTest = {
  statistic: -3.5,
  pValue: 0.03,
  bound: 'EXACT',
  lags: 2,
  ratio: null,
  reason: null,
}

test('a cointegration test is read against no cointegration', () => {
  expect(cointegrationLine('Engle–Granger', RESULT)).toEqual({
    name: 'Engle–Granger',
    asks: 'Not cointegrated',
    statistic: '−3.50, 2 lags',
    pValue: '0.030',
    meaning: 'Evidence of cointegration at 5%, before counting how many pairs were tried.',
    speaks: 'for',
  })
  expect(cointegrationLine('Engle–Granger', { ...RESULT, pValue: 0.3 })).toMatchObject({
    meaning: 'No evidence of cointegration at 5%.',
    speaks: 'neither',
  })
})

test('a test without a result says why', () => {
  const without = { ...RESULT, statistic: null, pValue: null, reason: 'needs 30 bars' }
  for (const line of [
    cointegrationLine('x', without),
    adfLine(without),
    kpssLine(without),
    varianceRatioLine(without),
  ]) {
    expect(line).toMatchObject({ statistic: '—', pValue: '—', meaning: 'needs 30 bars', speaks: 'neither' })
  }
})

test('KPSS is read the other way round, and says where its table ends', () => {
  expect(kpssLine({ ...RESULT, statistic: 0.9, pValue: 0.01, bound: 'AT_MOST' })).toMatchObject({
    pValue: '≤ 0.01',
    speaks: 'against',
  })
  expect(kpssLine({ ...RESULT, pValue: 0.1, bound: 'AT_LEAST' })).toMatchObject({
    pValue: '≥ 0.10',
    speaks: 'neither',
  })
})

test('a plain Dickey–Fuller never speaks for the pair', () => {
  expect(adfLine({ ...RESULT, pValue: 0.0001 })).toMatchObject({ pValue: '< 0.001', speaks: 'neither' })
})

test('a variance ratio speaks by its side of one', () => {
  expect(varianceRatioLine({ ...RESULT, ratio: 0.7 })).toMatchObject({
    statistic: '0.70, z = −3.50',
    speaks: 'for',
  })
  expect(varianceRatioLine({ ...RESULT, statistic: 3, ratio: 1.4 })).toMatchObject({ speaks: 'against' })
})

test('the rank of Johansen’s test is said in words', () => {
  const johansen = {
    trace: [18.2, 1.1],
    traceCritical: [
      [13.43, 15.49, 19.93],
      [2.7, 3.84, 6.63],
    ],
    rank: 1,
    reason: null,
  }
  expect(johansenLine(johansen)).toMatchObject({
    statistic: '18.20 against 15.49 at 5%',
    meaning: 'One relation at 5%: cointegrated.',
    speaks: 'for',
  })
  expect(johansenLine({ ...johansen, rank: 2 })).toMatchObject({ speaks: 'neither' })
  expect(johansenLine({ trace: null, traceCritical: null, rank: null, reason: 'singular' })).toMatchObject({
    meaning: 'singular',
  })
})
