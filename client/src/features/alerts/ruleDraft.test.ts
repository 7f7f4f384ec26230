import { expect, test } from 'vitest'
import { ruleMeaning } from './alertWords'
import { readRuleDraft, ruleDraft, withKind } from './ruleDraft'

test('a rule without a name is called after what it does', () => {
  expect(readRuleDraft({ ...ruleDraft('p'), side: 'BELOW', threshold: '0.5' }, 'KO/PEP')).toEqual({
    input: {
      pairId: 'p',
      kind: 'Z_SCORE',
      side: 'BELOW',
      name: 'KO/PEP: |z| below 0.5',
      threshold: 0.5,
      margin: null,
      webhookUrl: null,
    },
  })
})

test('another kind has its own threshold and one side', () => {
  const below = { ...ruleDraft('p'), side: 'BELOW' as const }
  expect(withKind(below, 'STALE')).toMatchObject({ kind: 'STALE', side: 'ABOVE', threshold: '60' })
  const read = readRuleDraft(withKind(below, 'DECAY'), 'KO/PEP')
  expect(read).toMatchObject({ input: { threshold: null, name: 'KO/PEP: Alarm level reached' } })
})

test('what cannot be read is said beside its field', () => {
  expect(readRuleDraft({ ...ruleDraft(''), threshold: '', margin: 'much' }, '')).toEqual({
    mistakes: {
      pairId: 'Choose a pair.',
      threshold: 'A number is needed here.',
      margin: 'A number is needed here.',
    },
  })
})

test('decay states its rate of false alarms', () => {
  expect(ruleMeaning('DECAY', { falseAlarmBars: 2520, timeframe: 'D1' })).toMatch(
    /at most one false alarm in 2,520 daily bars on average \(about 10 years\)\.$/,
  )
})
