import { expect, test } from 'vitest'
import { NEW_IMPORT, NUMBERS, readImport, readReading } from './importDraft'

test('what is left empty is left to be guessed', () => {
  expect(readImport(NEW_IMPORT, 'u')).toEqual({
    uploadId: 'u',
    market: 'OTHER',
    symbol: null,
    kind: null,
    currency: null,
    adjustment: 'RAW',
    synthetic: false,
    timeframe: null,
    timezone: null,
    timeFormat: null,
    timeUnit: null,
    layout: null,
    delimiter: ',',
    decimal: '.',
    thousands: null,
    columns: [],
    accept: [],
  })
})

test('codes are written in capitals, columns by role', () => {
  const draft = {
    ...NEW_IMPORT,
    market: ' us ',
    symbol: 'ko',
    currency: 'usd',
    columns: { close: 'Px', time: 'T' },
  }
  expect(readImport(draft, 'u')).toMatchObject({
    market: 'US',
    symbol: 'KO',
    currency: 'USD',
    columns: [
      { role: 'time', name: 'T' },
      { role: 'close', name: 'Px' },
    ],
  })
})

test('numbers are written with a sign for decimals, and perhaps one for thousands', () => {
  const written = NUMBERS.map(({ value, label }) => {
    const { decimal, thousands } = readImport({ ...NEW_IMPORT, numbers: value }, 'u')
    return [label, decimal, thousands]
  })
  expect(written).toEqual([
    ['1234.5', '.', null],
    ['1,234.5', '.', ','],
    ['1234,5', ',', null],
    ['1.234,5', ',', '.'],
    ['1 234,5', ',', ' '],
    ["1'234.5", '.', "'"],
  ])
})

test('where bars go changes nothing of how the file is read', () => {
  const draft = { ...NEW_IMPORT, market: 'US', kind: 'ETF' as const, timezone: 'UTC' }
  expect(readReading(draft, 'u')).toEqual(readReading(NEW_IMPORT, 'u'))
})
