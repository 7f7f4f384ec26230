import { expect, test } from 'vitest'
import { readValues, readValuesOrNone, writeValues } from './valueLists'

test('numbers are separated by commas, semicolons or spaces', () => {
  expect(readValues('1, 1.5;2  3')).toEqual([1, 1.5, 2, 3])
})

test('a range holds both of its ends', () => {
  expect(readValues('1 to 2 by 0.25')).toEqual([1, 1.25, 1.5, 1.75, 2])
  expect(readValues('0 to 0.3 by 0.1, 5')).toEqual([0, 0.1, 0.2, 0.3, 5])
})

test('the word for none is null, wherever it stands', () => {
  expect(readValuesOrNone('None, 3', 'none')).toEqual([null, 3])
  expect(readValuesOrNone('none 3', 'none')).toEqual([null, 3])
  expect(readValues('none')).toBeUndefined()
})

test('nothing comes twice', () => {
  expect(readValues('1, 1.0, 1')).toEqual([1])
})

test('what is no list is none', () => {
  for (const text of [
    '',
    ' , ',
    '1, x',
    '1 to 2',
    '2 to 1 by 1',
    '1 to 2 by 0',
    '0 to 9 by 0.000001',
    'Infinity',
  ])
    expect(readValues(text)).toBeUndefined()
})

test('values are written as they are read', () => {
  expect(writeValues([null, 3.5], 'none')).toBe('none, 3.5')
})
