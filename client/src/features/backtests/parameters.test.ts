import { expect, test } from 'vitest'
import { parameterRows, writeJson } from './parameters'

test('parameters are read by name, moments as days', () => {
  const text =
    '{"entry":2.0,"formation":{"end":"2017-01-31T00:00:00+00:00","start":"2012-01-30T00:00:00Z"},"stop":null}'
  expect(parameterRows(text)).toEqual([
    { name: 'entry', value: '2' },
    { name: 'formation', value: '2012-01-30 to 2017-01-31' },
    { name: 'stop', value: '—' },
  ])
})

test('what is no JSON is shown as it is', () => {
  expect(parameterRows('{')).toEqual([{ name: 'all', value: '{' }])
  expect([writeJson('"abc"'), writeJson('[1,null]'), writeJson('{"a":1}'), writeJson('x y')]).toEqual([
    'abc',
    '1, —',
    '{"a":1}',
    'x y',
  ])
})
