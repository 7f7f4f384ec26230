import { expect, test } from 'vitest'
import { actionMark, actionWords, splitWords } from './actionWords'

test('splits are told from the larger side', () => {
  expect([splitWords(2), splitWords(1.5), splitWords(0.1), splitWords(1 / 3)]).toEqual([
    '2 for 1',
    '1.5 for 1',
    '1 for 10',
    '1 for 3',
  ])
})

test('actions in words and as marks', () => {
  expect(actionWords({ kind: 'SPLIT', exDate: '2012-08-13', value: 2 })).toBe('Split 2 for 1')
  expect(actionWords({ kind: 'DIVIDEND', exDate: '2012-08-13', value: 0.44 })).toBe('Dividend 0.4400')
  expect(actionMark({ kind: 'SPLIT', exDate: '1970-01-03', value: 2 })).toEqual({
    time: 172_800,
    text: 'S 2 for 1',
    color: '--t-leg-x',
  })
  expect(actionMark({ kind: 'DIVIDEND', exDate: '1970-01-02', value: 1 }).text).toBe('D')
})
