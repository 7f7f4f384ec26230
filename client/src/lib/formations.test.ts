import { expect, test } from 'vitest'
import { defaultFormation, formationPresets, jointHistory } from './formations'

const bars = (first: string | null, last: string | null) => ({
  firstBar: first && `${first}T00:00:00Z`,
  lastBar: last && `${last}T00:00:00Z`,
})

test('a universe has history from its first bar to its last', () => {
  expect(
    jointHistory([bars('2001-01-02', '2020-12-30'), bars('1999-05-03', '2022-12-28'), bars(null, null)]),
  ).toEqual({
    start: '1999-05-03',
    end: '2022-12-29',
  })
  expect(jointHistory([])).toBeNull()
  expect(jointHistory([bars(null, null)])).toBeNull()
})

test('presets end where the history ends and fit into it', () => {
  const history = { start: '2019-06-01', end: '2022-12-29' }
  expect(formationPresets(history)).toEqual([
    { label: 'Last year', period: { start: '2021-12-29', end: '2022-12-29' } },
    { label: 'Last 2 years', period: { start: '2020-12-29', end: '2022-12-29' } },
    { label: 'All', period: history },
  ])
  expect(defaultFormation(history)).toEqual(history)
  expect(defaultFormation({ start: '1990-01-02', end: '2022-12-29' })).toEqual({
    start: '2017-12-29',
    end: '2022-12-29',
  })
})
