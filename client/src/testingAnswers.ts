/** Parts of answers that several pages' tests share. */

export const period = (start: string, end: string) => ({
  __typename: 'Period',
  start: `${start}T00:00:00Z`,
  end: `${end}T00:00:00Z`,
})

export const estimate = (value: number | null, reason: string | null = null) => ({
  __typename: 'Estimate',
  value,
  low: null,
  high: null,
  reason,
})

export const job = (state: string, more: object = {}) => ({
  __typename: 'Job',
  id: 'j',
  state,
  attempts: 1,
  error: null,
  progress: { __typename: 'JobProgress', done: 0, total: 0, fraction: null, message: '', etaSeconds: null },
  ...more,
})

const DAYS = { firstBar: '1990-01-02T00:00:00Z', lastBar: '2022-12-28T00:00:00Z' }

export const PAIR = {
  __typename: 'Pair',
  id: 'p',
  y: { __typename: 'Instrument', id: '1', symbol: 'KO', currency: 'USD', ...DAYS },
  x: { __typename: 'Instrument', id: '2', symbol: 'PEP', ...DAYS },
}

export const FORMATION = period('2012-01-30', '2017-01-31')
export const TRADING = period('2017-01-31', '2022-12-28')

export const TRIALS = {
  __typename: 'TrialContext',
  campaign: { __typename: 'Campaign', id: 'c', name: 'KO/PEP, 2012-01-30 … 2017-01-31' },
  tried: 73,
  probabilisticSharpe: estimate(0.758),
  deflatedSharpe: estimate(0.412),
  expectedBestSharpe: estimate(1.308),
  minimumTrackRecord: estimate(8219.4),
}

/** One page of rows, with nothing after it. */
export const listOf = (typename: string, nodes: readonly object[]) => ({
  __typename: typename,
  nodes,
  totalCount: nodes.length,
  pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
})

export const answer = (fields: object) => () => ({ __typename: 'Query', ...fields })
