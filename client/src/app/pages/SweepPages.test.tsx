import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { open, SHELL, serve } from '@/testing'
import { answer, estimate, FORMATION, job, listOf, PAIR, TRADING, TRIALS } from '@/testingAnswers'

const LISTS = {
  ...SHELL,
  KeptPairs: answer({ pairs: { __typename: 'PairConnection', nodes: [PAIR] } }),
  Sweeps: answer({ sweeps: listOf('SweepConnection', []) }),
}

const SPEC = {
  __typename: 'SweepSpec',
  formation: FORMATION,
  trading: TRADING,
  prices: 'LOG',
  hedge: ['OLS'],
  window: [null, 60],
  entry: [1, 2],
  exit: [0, 0.5],
  stop: [null],
  maxHold: [null],
  costBps: [3],
  gross: 1,
  capital: 100000,
  sample: null,
  seed: 0,
}

const cell = (rank: number, sharpe: number) => ({
  __typename: 'SweepCell',
  rank,
  hedge: 'OLS',
  window: 60,
  entry: 2,
  exit: 0.5,
  stop: null,
  maxHold: null,
  costBps: 3,
  sharpe,
  totalReturn: 0.281,
  maxDrawdown: -0.094,
  trades: 24,
  turnover: 47.7,
})

const sweep = (state: string) => ({
  ...SHELL,
  Sweep: answer({
    node: {
      __typename: 'Sweep',
      id: 'w',
      createdAt: '2026-01-01T00:00:00Z',
      setCount: 8,
      pair: PAIR,
      spec: SPEC,
      job: job(state),
    },
  }),
  SweepReport: answer({
    node: {
      __typename: 'Sweep',
      id: 'w',
      summary: {
        __typename: 'SweepSummary',
        sets: 8,
        withoutTrades: 1,
        overfitting: estimate(0.9),
        lossAfterSelection: estimate(0.62),
        overfittingTrials: 8,
        null: { __typename: 'SimulatedNull', pValue: 0.62, draws: 199, median: 0.71, high: 1.19 },
      },
      trials: TRIALS,
      best: [cell(1, 0.6)],
      top: [cell(1, 0.6), { ...cell(2, 0.5), entry: 1 }],
    },
  }),
  SweepMap: answer({
    node: {
      __typename: 'Sweep',
      id: 'w',
      heatMap: { __typename: 'HeatMap', x: ['0', '0.5'], y: ['1', '2'], values: [0.1, null, 0.3, 0.6] },
    },
  }),
  StartBacktest: () => ({
    __typename: 'Mutation',
    startBacktest: { __typename: 'Backtest', id: 'b', pair: { __typename: 'Pair', id: 'p' } },
  }),
})

test('how many sets there are is said before they are started', async () => {
  const server = serve({
    ...LISTS,
    StartSweep: () => ({ __typename: 'Mutation', startSweep: { __typename: 'Sweep', id: 'w' } }),
  })
  const router = open('/sweeps?pair=KO%2FPEP', server)
  expect(await screen.findByText(/^132 parameter sets will be run/)).toBeTruthy()
  expect(screen.getByText('No sweeps yet')).toBeTruthy()
  fireEvent.change(screen.getByLabelText('Enter at |z| above'), { target: { value: '2' } })
  fireEvent.click(screen.getByLabelText('Kalman filter'))
  expect(await screen.findByText('30 parameter sets will be run.')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Start sweep' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/sweeps/w'))
  const [sent] = server.asked['StartSweep'] as { input: { axes: object; idempotencyKey: string } }[]
  expect(sent?.input.axes).toEqual({
    hedge: ['OLS', 'KALMAN'],
    window: [null, 60, 120],
    entry: [2],
    exit: [0, 0.25, 0.5, 0.75, 1],
    stop: [null],
    maxHold: [null],
    costBps: [3],
  })
  expect(sent?.input.idempotencyKey).toMatch(/^[0-9a-f]{32}$/)
})

test('a list that is none is said beside its field, and nothing is sent', async () => {
  const server = serve(LISTS)
  open('/sweeps', server)
  const field = await screen.findByLabelText('Leave at |z| below')
  fireEvent.change(field, { target: { value: 'low' } })
  fireEvent.click(screen.getByRole('button', { name: 'Start sweep' }))
  expect((await screen.findByRole('alert')).textContent).toMatch(/^Numbers are needed here/)
  expect([field.getAttribute('aria-invalid'), server.asked['StartSweep']]).toEqual(['true', undefined])
})

test('a grid that is too large is refused with its count', async () => {
  const message = 'The grid has 1,000,000 parameter sets; at most 200,000 are run. Draw a sample'
  const problem = {
    __typename: 'LimitExceededProblem',
    code: 'GRID_TOO_LARGE',
    message,
    path: ['input', 'entry'],
  }
  open('/sweeps', serve({ ...LISTS, StartSweep: () => ({ __typename: 'Mutation', startSweep: problem }) }))
  fireEvent.click(await screen.findByRole('button', { name: 'Start sweep' }))
  expect((await screen.findByRole('alert')).textContent).toBe(message)
})

test('the verdict is in words, and the map is read and taken by keyboard', async () => {
  const server = serve(sweep('SUCCEEDED'))
  const router = open('/sweeps/w', server)
  expect(await screen.findByText(/in 62% of 199 simulations .* Chance alone would do\./)).toBeTruthy()
  expect(screen.getByText(/in 90% of splits/)).toBeTruthy()
  const map = await screen.findByRole('application', { name: 'Sharpe ratio by entry and exit, 2 by 2' })
  fireEvent.focus(map)
  expect(await screen.findByText('Entry 2, exit 0.5: 0.60')).toBeTruthy()
  fireEvent.keyDown(map, { key: 'ArrowUp' })
  expect(await screen.findByText('Entry 1, exit 0.5: no set')).toBeTruthy()
  fireEvent.keyDown(map, { key: 'ArrowDown' })
  fireEvent.keyDown(map, { key: 'ArrowLeft' })
  fireEvent.keyDown(map, { key: 'Enter' })
  fireEvent.change(await screen.findByLabelText('Window'), { target: { value: '0' } })
  fireEvent.click(screen.getByRole('button', { name: 'Open as a backtest' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/backtests/b'))
  expect(server.asked['StartBacktest']).toEqual([
    {
      input: {
        pairId: 'p',
        campaignId: 'c',
        formation: { start: FORMATION.start, end: FORMATION.end },
        trading: { start: TRADING.start, end: TRADING.end },
        prices: 'LOG',
        hedge: 'OLS',
        zScore: 'FORMATION',
        window: null,
        entry: 2,
        exit: 0,
        stop: null,
        maxHold: null,
        sizing: 'GROSS',
        gross: 1,
        capital: 100000,
        commissionBps: 3,
        slippageBps: 0,
        idempotencyKey: 'w OLS//2/0///3',
      },
    },
  ])
})

test('axes, figure and reduction are in the address; the same axis twice changes places', async () => {
  const server = serve(sweep('SUCCEEDED'))
  const router = open('/sweeps/w', server)
  fireEvent.change(await screen.findByLabelText('Down'), { target: { value: 'EXIT' } })
  await waitFor(() => expect(router.state.location.search).toMatchObject({ x: 'ENTRY', y: 'EXIT' }))
  fireEvent.change(screen.getByLabelText('Figure'), { target: { value: 'TRADES' } })
  await waitFor(() => expect(router.state.location.search).toMatchObject({ figure: 'TRADES' }))
  expect(server.asked['SweepMap']?.at(-1)).toEqual({
    id: 'w',
    x: 'ENTRY',
    y: 'EXIT',
    figure: 'TRADES',
    reduce: 'MEDIAN',
  })
})

test('a set of the list opens as a backtest', async () => {
  const server = serve(sweep('SUCCEEDED'))
  const router = open('/sweeps/w', server)
  fireEvent.click(await screen.findByRole('button', { name: 'Open set 2 as a backtest' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/backtests/b'))
  expect(server.asked['StartBacktest']?.[0]).toMatchObject({
    input: { entry: 1, zScore: 'ROLLING', window: 60 },
  })
})

test('a running sweep shows its progress only', async () => {
  const server = serve(sweep('RUNNING'))
  open('/sweeps/w', server)
  expect(await screen.findByRole('progressbar')).toBeTruthy()
  expect(server.asked['SweepReport']).toBeUndefined()
  server.push('JobChanged', { __typename: 'Subscription', jobChanged: job('SUCCEEDED') })
  expect(await screen.findByText('Best sets')).toBeTruthy()
})
