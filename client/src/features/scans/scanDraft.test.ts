import { expect, test } from 'vitest'
import { DEFAULT_DRAFT, readDraft } from './scanDraft'

const FORMATION = { start: '2017-12-29', end: '2022-12-29' }

test('a draft of a market says the whole input', () => {
  expect(readDraft({ ...DEFAULT_DRAFT, market: 'US', formation: FORMATION })).toEqual({
    input: {
      universe: { market: 'US' },
      formation: { start: '2017-12-29T00:00:00Z', end: '2022-12-29T00:00:00Z' },
      prices: 'LOG',
      trend: 'C',
      criterion: 'AIC',
      maxLag: null,
      correction: 'BY',
      level: 0.05,
      keep: 1000,
    },
  })
})

test('chosen symbols leave the market out', () => {
  const draft = {
    ...DEFAULT_DRAFT,
    universe: 'SYMBOLS',
    market: 'US',
    symbols: ['KO', 'PEP'],
    formation: FORMATION,
  } as const
  expect(readDraft(draft)).toHaveProperty('input.universe', { symbols: ['KO', 'PEP'] })
})

test('what cannot be read is said by field', () => {
  const draft = {
    ...DEFAULT_DRAFT,
    universe: 'SYMBOLS',
    symbols: ['KO'],
    level: 'five',
    keep: '1.5',
    maxLag: 'x',
  } as const
  const read = readDraft(draft)
  expect(Object.keys('mistakes' in read ? read.mistakes : {}).sort()).toEqual([
    'formation',
    'keep',
    'level',
    'maxLag',
    'universe',
  ])
})
