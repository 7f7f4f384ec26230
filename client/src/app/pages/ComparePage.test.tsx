import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { open, SHELL, serve } from '@/testing'
import { answer, estimate, job, PAIR } from '@/testingAnswers'

vi.mock('@/components/charts/TimeChart', () => ({
  TimeChart: ({ label }: { label: string }) => <p>{label}</p>,
}))

const option = (id: string, entry: number, state = 'SUCCEEDED') => ({
  __typename: 'Backtest',
  id,
  createdAt: '2026-01-01T00:00:00Z',
  pair: PAIR,
  spec: { __typename: 'BacktestSpec', entry, exit: 0.5 },
  job: { ...job(state), id: `j${id}` },
})

const compared = (id: string, sharpe: number) => ({
  __typename: 'Backtest',
  id,
  pair: PAIR,
  metrics: {
    __typename: 'Metrics',
    totalReturn: estimate(0.152),
    sharpe: estimate(sharpe),
    volatility: estimate(0.102),
    maxDrawdown: estimate(-0.181),
    turnover: estimate(15.3),
    trades: 7,
  },
  equity: { __typename: 'EquitySeries', time: [0, 86_400_000], equity: [100, 101], drawdown: [0, 0] },
})

const COMPARISON = {
  __typename: 'BacktestComparison',
  same: false,
  differences: [
    { __typename: 'Difference', kind: 'PARAMETER', name: 'entry', a: '2.0', b: '1.5' },
    { __typename: 'Difference', kind: 'DATA', name: 'y', a: '"aa"', b: '"bb"' },
    { __typename: 'Difference', kind: 'RESULT', name: 'resultHash', a: '"cc"', b: '"dd"' },
  ],
  restated: [
    { __typename: 'RestatedBar', leg: 'y', time: '2019-03-04T00:00:00Z', column: 'close', a: 45.25, b: null },
  ],
  restatedCount: 31,
  firstDivergence: {
    __typename: 'Divergence',
    column: 'equity',
    time: '2017-02-13T00:00:00Z',
    a: 100000,
    b: 99970,
  },
  a: compared('b1', 0.29),
  b: compared('b2', 0.27),
}

const ANSWERS = {
  ...SHELL,
  ComparableBacktests: answer({
    backtests: {
      __typename: 'BacktestConnection',
      nodes: [option('b1', 2), option('b2', 1.5), option('b3', 1, 'FAILED')],
    },
  }),
  Comparison: answer({ compareBacktests: COMPARISON }),
}

test('two finished backtests are chosen, and the choice is in the address', async () => {
  const server = serve(ANSWERS)
  const router = open('/backtests/compare?a=b1', server)
  const b = await screen.findByLabelText('B')
  expect([...b.querySelectorAll('option')].map(({ value }) => value)).toEqual(['', 'b1', 'b2'])
  fireEvent.change(b, { target: { value: 'b2' } })
  await waitFor(() => expect(router.state.location.search).toEqual({ a: 'b1', b: 'b2' }))
  expect(server.asked['Comparison']?.[0]).toEqual({ a: 'b1', b: 'b2' })
})

test('what differs, which bars were restated and where results part are said', async () => {
  open('/backtests/compare?a=b1&b=b2', serve(ANSWERS))
  expect(
    await screen.findByText('They differ in parameters, data (31 values restated), and so do their results.'),
  ).toBeTruthy()
  expect(
    screen.getByText(/^Equity parts first, on Feb 13, 2017: 100,000\.00 in A, 99,970\.00 in B\.$/),
  ).toBeTruthy()
  const cells = (name: string) =>
    [...screen.getByRole('region', { name }).querySelectorAll('tbody tr')].map((row) =>
      [...row.querySelectorAll('td')].map(({ textContent }) => textContent),
    )
  expect(cells('Table of differences')).toEqual([
    ['Parameter', 'entry', '2', '1.5'],
    ['Data', 'y', 'aa', 'bb'],
    ['Result', 'result hash', 'cc', 'dd'],
  ])
  expect(cells('Table of restated bars')).toEqual([['Y', 'Mar 4, 2019', 'close', '45.2500', '—']])
  expect(cells('Table of figures')[1]).toEqual(['Sharpe ratio', '0.29', '0.27'])
})

test('with fewer than two there is nothing to compare', async () => {
  const backtests = { __typename: 'BacktestConnection', nodes: [option('b1', 2)] }
  open('/backtests/compare', serve({ ...SHELL, ComparableBacktests: answer({ backtests }) }))
  expect(await screen.findByText('There are not two yet')).toBeTruthy()
})
