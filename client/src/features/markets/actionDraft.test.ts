import { expect, test } from 'vitest'
import { NEW_ACTION, readAction } from './actionDraft'

const amountOf = (kind: 'SPLIT' | 'DIVIDEND', value: string) => {
  const read = readAction({ kind, exDate: '2022-06-06', value })
  return 'action' in read ? read.action.value : read.mistake
}

test('a ratio is a number or two', () => {
  expect(['4', '4:1', '3/2', '4 for 1', '1:10', ' 2 '].map((text) => amountOf('SPLIT', text))).toEqual([
    4, 4, 1.5, 4, 0.1, 2,
  ])
})

test('what is no number is said to be none', () => {
  const wrong = ['', 'x', '4:0', '4:1:1', '-2', '1e3', '4:']
  expect(new Set(wrong.map((text) => amountOf('SPLIT', text)))).toEqual(
    new Set(['Write 4 or 4:1 for four new shares in place of one.']),
  )
  expect(['4:1', '', '0,24'].map((text) => amountOf('DIVIDEND', text))).toEqual(Array(3).fill('Write 0.24.'))
  expect(amountOf('DIVIDEND', '.24')).toBe(0.24)
  expect(NEW_ACTION.kind).toBe('DIVIDEND')
})
