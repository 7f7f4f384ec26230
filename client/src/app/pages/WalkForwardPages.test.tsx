import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { open, SHELL, serve } from '@/testing'
import { answer, estimate, job, listOf, period, TRIALS } from '@/testingAnswers'

vi.mock('@/components/charts/TimeChart', () => ({
  TimeChart: ({ label, shades }: { label: string; shades: object[] }) => (
    <p>
      {label} ({shades.length} shaded)
    </p>
  ),
}))

const SPEC = {
  __typename: 'WalkForwardSpec',
  universe: 'US',
  period: period('1990-01-02', '2022-12-29'),
  formation: 252,
  trading: 21,
  anchored: false,
  purge: 0,
  pairs: 5,
  level: 0.05,
  entry: [1.5, 2],
  exit: [0],
  stop: [null],
  maxHold: [null],
  costBps: 3,
  fill: 'CLOSE',
  gross: 1,
  capital: 100000,
}

const step = (month: number, choices: object[]) => ({
  __typename: 'WalkStep',
  formation: period('1990-01-02', '1990-12-31'),
  trading: period(`1991-${String(month).padStart(2, '0')}-01`, `1991-${String(month).padStart(2, '0')}-28`),
  choices,
  profit: choices.length === 0 ? 0 : -2138,
  trades: 3,
  tests: 410,
})

const CHOICE = {
  __typename: 'WalkChoice',
  y: 'WMT',
  x: 'PG',
  pValue: 0.01,
  entry: 1.5,
  exit: 0,
  stop: null,
  maxHold: null,
  inSampleSharpe: 3.38,
  outOfSampleReturn: -0.038,
}

const STEPS = Array.from({ length: 13 }, (_, place) =>
  step((place % 12) + 1, place === 1 ? [] : [CHOICE]),
).map((one, place) => (place === 12 ? { ...one, trading: period('1992-01-01', '1992-01-28') } : one))

const PAGE = {
  ...SHELL,
  WalkForward: answer({
    node: {
      __typename: 'WalkForward',
      id: 'f',
      createdAt: '2026-01-01T00:00:00Z',
      spec: SPEC,
      job: job('SUCCEEDED'),
    },
  }),
  WalkReport: answer({
    node: {
      __typename: 'WalkForward',
      id: 'f',
      summary: {
        __typename: 'WalkSummary',
        steps: 13,
        tried: 5330,
        trades: 39,
        totalReturn: estimate(-0.029),
        sharpe: estimate(0.03),
        maxDrawdown: estimate(-0.277),
        inSampleSharpe: estimate(2.78),
      },
      trials: { ...TRIALS, tried: 1 },
      steps: STEPS,
      equity: {
        __typename: 'WalkEquity',
        count: 2,
        time: [0, 86_400_000],
        equity: [100, 101],
        drawdown: [0, 0],
        downsampledFrom: null,
      },
    },
  }),
}

const MARKETS = [
  {
    __typename: 'Market',
    id: 'm',
    code: 'US',
    name: 'US equities',
    instruments: { __typename: 'InstrumentConnection', totalCount: 20 },
  },
]

const START = {
  ...SHELL,
  Markets: answer({ markets: { __typename: 'MarketConnection', nodes: MARKETS } }),
  UniverseHistory: answer({
    instruments: {
      __typename: 'InstrumentConnection',
      nodes: [
        {
          __typename: 'Instrument',
          id: '1',
          symbol: 'KO',
          firstBar: '1990-01-02T00:00:00Z',
          lastBar: '2022-12-28T00:00:00Z',
        },
      ],
    },
  }),
  WalkForwards: answer({ walkForwards: listOf('WalkForwardConnection', []) }),
}

test('what was chosen in sample stands beside what it kept', async () => {
  open('/walk-forwards/f', serve(PAGE))
  expect(
    await screen.findByText(/mean Sharpe ratio of 2\.78 where it was chosen; traded afterwards it had 0\.03/),
  ).toBeTruthy()
  expect(screen.getByText(/over 13 steps; every other step is shaded \(6 shaded\)/)).toBeTruthy()
  expect(screen.getByText(/^Tried 1\./)).toBeTruthy()
})

test('steps come a page at a time, one without a pair says so', async () => {
  open('/walk-forwards/f', serve(PAGE))
  const table = await screen.findByRole('region', { name: 'Table of steps' })
  expect(table.querySelectorAll('tbody tr').length).toBe(12)
  expect(screen.getByText(/No pair was good enough/)).toBeTruthy()
  expect(screen.getAllByText('then −3.8%').length).toBe(11)
  fireEvent.click(screen.getByRole('button', { name: 'Load more' }))
  await waitFor(() => expect(table.querySelectorAll('tbody tr').length).toBe(13))
})

test('a walk-forward is started over all of the history', async () => {
  const server = serve({
    ...START,
    StartWalkForward: () => ({
      __typename: 'Mutation',
      startWalkForward: { __typename: 'WalkForward', id: 'f' },
    }),
  })
  const router = open('/walk-forwards', server)
  expect(
    await screen.findByText(/^Every 21 bars: choose up to 5 pairs and one of 6 parameter sets/),
  ).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Start walk-forward' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/walk-forwards/f'))
  expect(server.asked['StartWalkForward']?.[0]).toMatchObject({
    input: {
      universe: { market: 'US' },
      period: { start: '1990-01-02T00:00:00Z', end: '2022-12-29T00:00:00Z' },
      formation: 252,
    },
  })
})

test('a refusal stands beside its field', async () => {
  const message = 'pairs must be from 1 to 100, not 0'
  const problem = {
    __typename: 'InvalidInputProblem',
    code: 'PAIRS_OUT_OF_RANGE',
    message,
    path: ['input', 'pairs'],
  }
  open(
    '/walk-forwards',
    serve({ ...START, StartWalkForward: () => ({ __typename: 'Mutation', startWalkForward: problem }) }),
  )
  await screen.findByText(/^Every 21 bars/)
  fireEvent.change(screen.getByLabelText('Pairs at a time'), { target: { value: '0' } })
  fireEvent.click(screen.getByRole('button', { name: 'Start walk-forward' }))
  expect((await screen.findByRole('alert')).textContent).toBe(message)
  expect(screen.getByLabelText('Pairs at a time').getAttribute('aria-invalid')).toBe('true')
})
