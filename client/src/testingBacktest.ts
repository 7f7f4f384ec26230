/** A backtest's page and its result, as tests answer them. */
import { SHELL } from '@/testing'
import { answer, estimate, FORMATION, job, listOf, PAIR, TRADING, TRIALS } from '@/testingAnswers'

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

export const LEAK_CHECK = {
  __typename: 'LeakCheck',
  verdict: 'CLEAN',
  cuts: ['2018-01-02T00:00:00Z', '2019-01-02T00:00:00Z'],
  leak: null,
  selection: {
    __typename: 'Selection',
    verdict: 'KNOWS_TRADING',
    scan: { __typename: 'Scan', id: 's' },
  },
}

export const MANIFEST = {
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
}

export const page = (state: string, more: object = {}) => ({
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

const PROFITS = TRADES.toSorted((one, other) => one.pnl - other.pnl)
/** The trades as the server sorts them. */
const tradesIn = (order: unknown) =>
  order === 'PROFIT_ASC' ? PROFITS : order === 'PROFIT_DESC' ? PROFITS.toReversed() : TRADES

export const RESULT = {
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
      leakCheck: LEAK_CHECK,
      manifest: MANIFEST,
    },
  }),
  BacktestTrials: answer({ node: { __typename: 'Backtest', id: 'b', trials: TRIALS } }),
  Trades: ({ orderBy }: Record<string, unknown>) => ({
    __typename: 'Query',
    node: {
      __typename: 'Backtest',
      id: 'b',
      trades: listOf('TradeConnection', tradesIn(orderBy)),
    },
  }),
}
