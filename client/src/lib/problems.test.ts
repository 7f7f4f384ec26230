import { expect, test } from 'vitest'
import { NO_PROBLEMS, placeProblems } from './problems'

const problem = (message: string, ...path: string[]) => ({ message, code: 'X', path })

test('a problem goes to the field its path names', () => {
  expect(placeProblems([problem('too low', 'input', 'entry')], ['entry', 'exit'])).toEqual({
    fields: { entry: 'too low' },
    form: [],
  })
})

test('a deeper path goes to the nearest field above', () => {
  const { fields } = placeProblems(
    [problem('overlap', 'input', 'trading', 'start')],
    ['formation', 'trading'],
  )
  expect(fields).toEqual({ trading: 'overlap' })
})

test('the exact field wins over the one above', () => {
  const { fields } = placeProblems(
    [problem('bad', 'input', 'trading', 'start')],
    ['trading', 'trading.start'],
  )
  expect(fields).toEqual({ 'trading.start': 'bad' })
})

test('a shallower path goes to the first field inside', () => {
  const { fields } = placeProblems([problem('no data', 'input', 'trading')], ['trading.start', 'trading.end'])
  expect(fields).toEqual({ 'trading.start': 'no data' })
})

test('what no field owns belongs to the form, an empty path too', () => {
  const placed = placeProblems([problem('gone', 'input', 'pairId'), problem('later')], ['entry'])
  expect(placed).toEqual({ fields: {}, form: ['gone', 'later'] })
})

test('two problems of a field are both said', () => {
  const { fields } = placeProblems(
    [problem('One.', 'input', 'entry'), problem('Two.', 'input', 'entry')],
    ['entry'],
  )
  expect(fields).toEqual({ entry: 'One. Two.' })
})

test('no problems are placed nowhere', () => {
  expect(placeProblems([], ['entry'])).toEqual(NO_PROBLEMS)
})
