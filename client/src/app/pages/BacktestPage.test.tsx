import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { open, SHELL, serve } from '@/testing'
import { answer, estimate, FORMATION, job, listOf, PAIR, TRADING, TRIALS } from '@/testingAnswers'

vi.mock('@/components/charts/TimeChart', () => ({
  TimeChart: ({ label }: { label: string }) => <p>{label}</p>,
}))

const SPEC = {
  __typename: 'BacktestSpec',
  formation: FORMATION,
  trading: TRADING,
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
  borrowBps: 0,
  rehedgeBand: null,
  fill: 'CLOSE',
  targetVolatility: 0.1,
  volatilityWindow: 60,
}

const page = (state: string, more: object = {}) => ({
  ...SHELL,
  Backtest: () => ({
    __typename: 'Query',
    node: {
      __typename: 'Backtest',
      id: 'b',
      createdAt: '2026-01-01T00:00:00Z',
      pair: PAIR,
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

const trade = (number: number, pnl: number, exitReason = 'EXIT') => ({
  __typename: 'Trade',
  id: `t${number}`,
  number,
  direction: number % 2 === 0 ? 'LONG' : 'SHORT',
  enteredAt: '2018-01-02T00:00:00Z',
  exitedAt: exitReason === 'OPEN' ? null : '2018-02-02T00:00:00Z',
  barsHeld: 20,
  quantityY: 10,
  quantityX: -5,
  costs: 3,
  pnl,
  exitReason,
})
const TRADES = [trade(1, 20), trade(2, -5, 'OPEN'), trade(3, 90)]

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
      attribution: {
        __typename: 'Attribution',
        priceY: -1584.79,
        priceX: 17_315,
        hedgeDrift: 0,
        commission: -172.98,
        slippage: -345.96,
        borrow: 0,
        dividends: 0,
        total: 15_211.27,
      },
      leakCheck: {
        __typename: 'LeakCheck',
        verdict: 'CLEAN',
        cuts: ['2018-01-02T00:00:00Z', '2019-01-02T00:00:00Z'],
        leak: null,
        selection: {
          __typename: 'Selection',
          verdict: 'KNOWS_TRADING',
          scan: { __typename: 'Scan', id: 's' },
        },
      },
      manifest: {
        __typename: 'RunManifest',
        datasets: [
          { __typename: 'UsedDataset', leg: 'y', revision: 1, contentHash: 'aa' },
          { __typename: 'UsedDataset', leg: 'x', revision: 2, contentHash: 'bb' },
        ],
        codeVersion: '0.1.0 deadbeef',
        parameters: '{"entry":2.0}',
        seed: 7,
        inputHash: 'dd',
        resultHash: 'cc',
      },
    },
  }),
  BacktestTrials: answer({ node: { __typename: 'Backtest', id: 'b', trials: TRIALS } }),
  Trades: () => ({
    __typename: 'Query',
    node: {
      __typename: 'Backtest',
      id: 'b',
      trades: listOf('TradeConnection', TRADES),
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

const profits = () =>
  [...screen.getByRole('region', { name: 'Table of trades' }).querySelectorAll('tbody td:nth-child(9)')].map(
    ({ textContent }) => textContent,
  )

test('trades are sorted by a press on a column’s head, and by another press the other way round', async () => {
  open('/backtests/b', serve({ ...page('SUCCEEDED'), ...RESULT }))
  const head = await screen.findByRole('button', { name: /^Profit/ })
  expect(profits()).toEqual(['+$20', '−$5', '+$90'])
  fireEvent.click(head)
  await waitFor(() => expect(profits()).toEqual(['+$90', '+$20', '−$5']))
  expect(head.closest('th')?.getAttribute('aria-sort')).toBe('descending')
  fireEvent.click(head)
  await waitFor(() => expect(profits()).toEqual(['−$5', '+$20', '+$90']))
})

test('the parts of the profit are shown with sums that end at the profit', async () => {
  open('/backtests/b', serve({ ...page('SUCCEEDED'), ...RESULT }))
  const table = await screen.findByRole('table', { name: 'Attribution of the profit' })
  const rows = [...table.querySelectorAll('tr')].map((row) =>
    [...row.querySelectorAll('td')].slice(0, 3).map(({ textContent }) => textContent),
  )
  expect(rows.slice(1)).toEqual([
    ['Prices of KO', '−$1,584.79', '−$1,584.79'],
    ['Prices of PEP', '+$17,315.00', '+$15,730.21'],
    ['Re-hedging', '$0.00', '+$15,730.21'],
    ['Commission', '−$172.98', '+$15,557.23'],
    ['Slippage', '−$345.96', '+$15,211.27'],
    ['Borrow fees', '$0.00', '+$15,211.27'],
    ['Dividends', '$0.00', '+$15,211.27'],
    ['Profit, the sum', '+$15,211.27', '+$15,211.27'],
  ])
})

test('leak check, trials, manifest and exports say what the result rests on', async () => {
  open('/backtests/b', serve({ ...page('SUCCEEDED'), ...RESULT }))
  expect(await screen.findByText(/at 2 places\. Nothing before any of them changed\./)).toBeTruthy()
  expect(screen.getByText(/the pair was chosen by hindsight/)).toBeTruthy()
  expect(screen.getByRole('link', { name: 'See the scan' }).getAttribute('href')).toBe('/scans/s')
  expect(await screen.findByText(/^Tried 73\. It does not stand out/)).toBeTruthy()
  expect(screen.getByText('Data of X, revision 2').nextSibling?.textContent).toBe('bb')
  const files = ['Trades as CSV', 'Equity as Parquet', 'Report as HTML'].map((name) =>
    screen.getByRole('link', { name }).getAttribute('href'),
  )
  expect(files).toEqual([
    '/exports/backtests/b/trades.csv',
    '/exports/backtests/b/equity.parquet',
    '/exports/backtests/b/report.html',
  ])
})
