import { expect, test } from 'vitest'
import { defaultAxes } from './sweepAxes'
import { DEFAULT_DRAFT, readDraft } from './sweepDraft'
import { readSweepView } from './sweepView'

const CONTEXT = {
  pairId: 'p',
  periods: {
    formation: { start: '2012-01-30', end: '2017-01-31' },
    trading: { start: '2017-01-31', end: '2022-12-28' },
  },
  prices: 'LOG',
} as const

test('the draft becomes axes', () => {
  const read = readDraft(
    { ...DEFAULT_DRAFT, entry: '2, 2.5', exit: '0', stop: 'none, 4', hedge: ['OLS', 'KALMAN'] },
    CONTEXT,
  )
  expect(read).toEqual({
    input: {
      pairId: 'p',
      formation: { start: '2012-01-30T00:00:00Z', end: '2017-01-31T00:00:00Z' },
      trading: { start: '2017-01-31T00:00:00Z', end: '2022-12-28T00:00:00Z' },
      prices: 'LOG',
      axes: {
        hedge: ['OLS', 'KALMAN'],
        window: [null, 60, 120],
        entry: [2, 2.5],
        exit: [0],
        stop: [null, 4],
        maxHold: [null],
        costBps: [3],
      },
      gross: 1,
      capital: 100000,
      sample: null,
      seed: 0,
    },
  })
})

test('what cannot be read is said beside its field', () => {
  const read = readDraft(
    { ...DEFAULT_DRAFT, entry: 'two', window: '60.5', hedge: [], capital: '', sample: '1.5' },
    { ...CONTEXT, pairId: '' },
  )
  expect('mistakes' in read && Object.keys(read.mistakes).sort()).toEqual([
    'capital',
    'entry',
    'hedge',
    'pairId',
    'sample',
    'window',
  ])
})

test('a map begins with the axes that vary', () => {
  const values = {
    hedge: ['OLS'],
    window: [null, 60],
    entry: [2],
    exit: [0, 1],
    stop: [null],
    maxHold: [null],
    costBps: [3],
  }
  expect(defaultAxes(values)).toEqual({ y: 'EXIT', x: 'WINDOW' })
  expect(defaultAxes({ ...values, window: [null], exit: [0] })).toEqual({ y: 'ENTRY', x: 'EXIT' })
})

test('the address says the view, or nothing', () => {
  expect(readSweepView({ x: 'STOP', y: 'ENTRY', figure: 'TRADES', reduce: 'BEST' })).toEqual({
    x: 'STOP',
    y: 'ENTRY',
    figure: 'TRADES',
    reduce: 'BEST',
  })
  expect(readSweepView({ x: 'STOP', y: 'STOP', figure: 'SHARPE', reduce: 'x' })).toEqual({})
})
