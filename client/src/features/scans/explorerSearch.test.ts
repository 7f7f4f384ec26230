import { expect, test } from 'vitest'
import { draftOf, readExplorerSearch, searchOfDraft } from './explorerSearch'
import { DEFAULT_DRAFT } from './scanDraft'

test('a draft survives its address', () => {
  const draft = {
    ...DEFAULT_DRAFT,
    universe: 'SYMBOLS',
    symbols: ['KO', 'PEP'],
    formation: { start: '2018-01-01', end: '2020-01-01' },
    trend: 'CT',
    correction: 'HOLM',
    level: '0.1',
  } as const
  const search = searchOfDraft(draft)
  expect(search).toEqual({
    symbols: 'KO,PEP',
    start: '2018-01-01',
    end: '2020-01-01',
    trend: 'CT',
    correction: 'HOLM',
    level: 0.1,
  })
  expect(draftOf(readExplorerSearch({ ...search }))).toEqual(draft)
})

test('the standard draft has a bare address', () => {
  expect(searchOfDraft({ ...DEFAULT_DRAFT, market: 'US' })).toEqual({ market: 'US' })
  expect(draftOf({})).toEqual(DEFAULT_DRAFT)
})

test('nonsense in an address is dropped', () => {
  const search = {
    start: '2018-02-31',
    end: 7,
    prices: 'GOLD',
    trend: 'X',
    criterion: 'FIXED',
    level: 'high',
  }
  expect(readExplorerSearch(search)).toEqual({ criterion: 'FIXED' })
})
