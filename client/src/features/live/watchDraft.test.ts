import { expect, test } from 'vitest'
import { readWatchDraft, watchDraft } from './watchDraft'

const ESTIMATING = {
  pairId: 'p',
  formation: { start: '2012-01-30', end: '2017-01-31' },
  prices: 'LOG',
  hedge: 'KALMAN',
} as const

test('an empty window and stop are none', () => {
  expect(readWatchDraft(watchDraft({ entry: 1.5, exit: 0.25 }), ESTIMATING)).toEqual({
    input: {
      pairId: 'p',
      formation: { start: '2012-01-30T00:00:00Z', end: '2017-01-31T00:00:00Z' },
      prices: 'LOG',
      hedge: 'KALMAN',
      entry: 1.5,
      exit: 0.25,
      stop: null,
      window: null,
      falseAlarmBars: 2520,
    },
  })
})

test('what is no number is said beside its field', () => {
  const draft = { entry: 'two', exit: '0', stop: 'x', window: '60.5', falseAlarmBars: '' }
  expect(readWatchDraft(draft, ESTIMATING)).toEqual({
    mistakes: {
      entry: 'A number is needed here.',
      stop: 'A number is needed here.',
      window: 'A whole number is needed here.',
      falseAlarmBars: 'A whole number is needed here.',
    },
  })
})
