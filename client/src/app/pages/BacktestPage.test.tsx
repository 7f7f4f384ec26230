import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { open, SHELL, serve } from '@/testing'

vi.mock('@/components/charts/TimeChart', () => ({
  TimeChart: ({ label }: { label: string }) => <p>{label}</p>,
}))

const period = (start: string, end: string) => ({
  __typename: 'Period',
  start: `${start}T00:00:00Z`,
  end: `${end}T00:00:00Z`,
})
const estimate = (value: number | null, reason: string | null = null) => ({
  __typename: 'Estimate',
  value,
  low: null,
  high: null,
  reason,
})

const SPEC = {
  __typename: 'BacktestSpec',
  formation: period('2012-01-30', '2017-01-31'),
  trading: period('2017-01-31', '2022-12-28'),
  prices: 'LOG',
  hedge: 'OLS',
  zScore: 'FORMATION',
  window: null,
  entry: 2,
  exit: 0.5,
  stop: null,
  maxHold: null,
  sizing: 'GROSS',
  gross: 1,
  notional: 10000,
  capital: 100000,
  commissionBps: 1,
  slippageBps: 2,
}

const job = (state: string, more: object = {}) => ({
  __typename: 'Job',
  id: 'j',
  state,
  attempts: 1,
  error: null,
  progress: { __typename: 'JobProgress', done: 0, total: 0, fraction: null, message: '', etaSeconds: null },
  ...more,
})

const page = (state: string, more: object = {}) => ({
  ...SHELL,
  Backtest: () => ({
    __typename: 'Query',
    node: {
      __typename: 'Backtest',
      id: 'b',
      createdAt: '2026-01-01T00:00:00Z',
      pair: {
        __typename: 'Pair',
        id: 'p',
        y: { __typename: 'Instrument', id: '1', symbol: 'KO', currency: 'USD' },
        x: { __typename: 'Instrument', id: '2', symbol: 'PEP' },
      },
      spec: SPEC,
      job: job(state, more),
    },
  }),
})

const NAMES = [
  ...[
    'totalReturn',
    'cagr',
    'volatility',
    'sharpe',
    'sortino',
    'calmar',
    'maxDrawdown',
    'valueAtRisk',
    'winRate',
  ],
  ...['conditionalValueAtRisk', 'exposure', 'grossExposure', 'turnover', 'averageTrade', 'breakEvenCostBps'],
]

const RESULT = {
  BacktestResult: () => ({
    __typename: 'Query',
    node: {
      __typename: 'Backtest',
      id: 'b',
      spec: SPEC,
      hedge: { __typename: 'TradedHedge', beta: 0.513, betaLow: 0.445, betaHigh: 0.58 },
      metrics: {
        __typename: 'Metrics',
        ...Object.fromEntries(NAMES.map((name) => [name, estimate(0.25)])),
        profitFactor: estimate(null, 'no losing trade'),
        maxDrawdownBars: 490,
        trades: 7,
        commission: 173,
        slippage: 346,
      },
      equity: {
        __typename: 'EquitySeries',
        count: 2,
        time: [0, 86_400_000],
        equity: [100, 101],
        drawdown: [0, 0],
        position: [0, 1],
        zScore: [null, 2.5],
        downsampledFrom: null,
      },
      datasetHashes: ['aa', 'bb'],
      resultHash: 'cc',
    },
  }),
  Trades: () => ({
    __typename: 'Query',
    node: {
      __typename: 'Backtest',
      id: 'b',
      trades: {
        __typename: 'TradeConnection',
        nodes: [],
        totalCount: 0,
        pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
      },
    },
  }),
}

test('progress follows the subscription, and the result comes without a reload', async () => {
  const server = serve({ ...page('QUEUED'), ...RESULT })
  open('/backtests/b', server)
  expect(await screen.findByText('Waiting for a worker')).toBeTruthy()
  const progress = {
    __typename: 'JobProgress',
    done: 700,
    total: 1400,
    fraction: 0.5,
    message: 'Trading',
    etaSeconds: 3,
  }
  server.push('JobChanged', { __typename: 'Subscription', jobChanged: job('RUNNING', { progress }) })
  expect(await screen.findByText('700 of 1,400 · about 3.0 s left')).toBeTruthy()
  expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('50')
  expect(server.asked['BacktestResult']).toBeUndefined()
  server.push('JobChanged', { __typename: 'Subscription', jobChanged: job('SUCCEEDED') })
  expect(await screen.findByText(/^Equity, drawdown and z-score/)).toBeTruthy()
  expect(screen.queryByRole('progressbar')).toBeNull()
  expect(screen.getByText('Succeeded')).toBeTruthy()
  expect(server.asked['BacktestResult']).toEqual([{ id: 'b' }])
})

test('a figure without a value says why', async () => {
  open('/backtests/b', serve({ ...page('SUCCEEDED'), ...RESULT }))
  const name = await screen.findByText('Profit factor')
  expect(name.parentElement?.textContent).toBe('Profit factor—no losing trade')
})

test('a failed run says what went wrong', async () => {
  const error = { __typename: 'JobError', code: 'NO_DATA', message: 'KO has no bars in it' }
  open('/backtests/b', serve(page('FAILED', { error })))
  const alert = await screen.findByRole('alert')
  expect(alert.textContent).toBe('The run failedKO has no bars in itNO_DATARun again')
})

test('a cancelled run says so', async () => {
  open('/backtests/b', serve(page('CANCELLED')))
  expect(await screen.findByText('The run was cancelled')).toBeTruthy()
})

test('cancelling shows the state that the server answers with', async () => {
  const CancelJob = () => ({
    __typename: 'Mutation',
    cancelJob: { __typename: 'Job', id: 'j', state: 'CANCELLING' },
  })
  const server = serve({ ...page('RUNNING'), CancelJob })
  open('/backtests/b', server)
  fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }))
  const button = await screen.findByRole<HTMLButtonElement>('button', { name: 'Stopping…' })
  expect([button.disabled, server.asked['CancelJob']]).toEqual([true, [{ id: 'j' }]])
})

test('a cancellation that comes too late says so', async () => {
  const problem = {
    __typename: 'ConflictProblem',
    code: 'JOB_FINISHED',
    message: 'The job has ended',
    path: ['input', 'id'],
  }
  open(
    '/backtests/b',
    serve({ ...page('RUNNING'), CancelJob: () => ({ __typename: 'Mutation', cancelJob: problem }) }),
  )
  fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }))
  expect((await screen.findByRole('alert')).textContent).toBe('The job has ended')
})

test('a backtest that is none is said to be none', async () => {
  open('/backtests/b', serve({ ...SHELL, Backtest: () => ({ __typename: 'Query', node: null }) }))
  expect(await screen.findByText('There isn’t such a backtest')).toBeTruthy()
})

test('a server that is away can be asked again', async () => {
  const server = serve({ ...SHELL, Backtest: () => new Error('fetch failed') })
  open('/backtests/b', server)
  expect((await screen.findByRole('alert')).textContent).toMatch(/cannot be reached/)
  const before = server.asked['Backtest']?.length ?? 0
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
  await waitFor(() => expect(server.asked['Backtest']?.length).toBeGreaterThan(before))
})
