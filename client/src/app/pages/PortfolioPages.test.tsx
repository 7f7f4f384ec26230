import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { open, SHELL, serve } from '@/testing'
import { answer, estimate, FORMATION, job, listOf, PAIR, TRADING, TRIALS } from '@/testingAnswers'
import { LEAK_CHECK, MANIFEST } from '@/testingBacktest'

vi.mock('@/components/charts/TimeChart', () => ({
  TimeChart: ({ label, panes }: { label: string; panes: { title: string; series: object[] }[] }) => (
    <p>
      {label}: {panes.map(({ title, series }) => `${title} (${series.length})`).join('; ')}
    </p>
  ),
}))

const METRIC_NAMES = `
  totalReturn cagr volatility sharpe sortino calmar maxDrawdown valueAtRisk
  conditionalValueAtRisk exposure grossExposure turnover winRate averageTrade profitFactor breakEvenCostBps
`
  .trim()
  .split(/\s+/)

const METRICS = {
  __typename: 'Metrics',
  ...Object.fromEntries(METRIC_NAMES.map((name) => [name, estimate(0.125)])),
  maxDrawdownBars: 40,
  trades: 12,
  commission: 10,
  slippage: 20,
}

const contribution = (y: string, total: number, more: object = {}) => ({
  __typename: 'PairContribution',
  pair: { ...PAIR, id: y },
  y,
  x: 'PEP',
  weight: 0.5,
  price: total + 3,
  dividends: 0,
  commission: -1,
  slippage: -2,
  borrow: 0,
  total,
  trades: 6,
  blocked: 0,
  reduced: 0,
  ...more,
})

const SPEC = {
  __typename: 'PortfolioSpec',
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
  gross: 1,
  capital: 100_000,
  commissionBps: 1,
  slippageBps: 2,
  borrowBps: 0,
  allocation: 'VOLATILITY',
  nameLimit: 0.3,
}

const page = (run: object) => ({
  ...SHELL,
  Portfolio: answer({
    node: {
      __typename: 'Portfolio',
      id: 'b',
      createdAt: '2026-01-01T00:00:00Z',
      pairCount: 2,
      spec: SPEC,
      job: run,
    },
  }),
  PortfolioReport: answer({
    node: {
      __typename: 'Portfolio',
      id: 'b',
      metrics: METRICS,
      profit: {
        __typename: 'BookProfit',
        contributions: [
          contribution('KO', 120.25),
          contribution('MSFT', -20, { pair: null, blocked: 2, reduced: 1 }),
        ],
        netting: 4.5,
        total: 104.75,
      },
      leakCheck: LEAK_CHECK,
      manifest: MANIFEST,
      trials: { ...TRIALS, tried: 3 },
      equity: {
        __typename: 'BookSeries',
        count: 2,
        time: [0, 86_400_000],
        equity: [100, 101],
        drawdown: [0, 0],
        gross: [0, 1],
        net: [0, 0.1],
        largest: [0, 0.5],
        held: [0, 2],
        downsampledFrom: null,
      },
    },
  }),
})

const OTHER = { ...PAIR, id: 'q', x: { ...PAIR.x, id: '3', symbol: 'PG' } }

const START = {
  ...SHELL,
  Portfolios: answer({ portfolios: listOf('PortfolioConnection', []) }),
  KeptPairs: answer({ pairs: { __typename: 'PairConnection', nodes: [PAIR, OTHER] } }),
  CampaignChoices: answer({
    campaigns: {
      __typename: 'CampaignConnection',
      nodes: [{ __typename: 'Campaign', id: 'c', name: 'Drinks' }],
    },
  }),
  StartPortfolio: () => ({
    __typename: 'Mutation',
    startPortfolio: { __typename: 'Portfolio', id: 'b' },
  }),
}

test('the bars of the pairs and of netting add up to the profit', async () => {
  open('/portfolios/b', serve(page(job('SUCCEEDED'))))
  const table = await screen.findByRole('table', { name: 'Contributions to the profit' })
  const rows = within(table)
    .getAllByRole('row')
    .map((row) => [...row.children].slice(0, 3).map(({ textContent }) => textContent))
  expect(rows).toEqual([
    ['Pair', 'Amount', 'Sum so far'],
    ['KO / PEP', '+$120.25', '+$120.25'],
    ['MSFT / PEP', '−$20.00', '+$100.25'],
    ['Saved by netting', '+$4.50', '+$104.75'],
    ['Profit, the sum', '+$104.75', '+$104.75'],
  ])
  // A pair that was removed has no page any more.
  expect(within(table).queryByRole('link', { name: 'MSFT / PEP' })).toBeNull()
  expect(screen.getByText('2 blocked, 1 reduced')).toBeTruthy()
})

test('a book shows its leak check, the hindsight in its choice, and what it was made from', async () => {
  open('/portfolios/b', serve(page(job('SUCCEEDED'))))
  expect(await screen.findByText(/at 2 places. Nothing before any of them changed/)).toBeTruthy()
  expect(screen.getByText(/found one of the pairs used data of the trading period/)).toBeTruthy()
  expect(screen.getByRole('link', { name: 'See the scan' })).toBeTruthy()
  expect(screen.getByText('Data of X, revision 2').nextElementSibling?.textContent).toBe('bb')
})

test('the book is drawn with its exposures, told in words and counted as a trial', async () => {
  open('/portfolios/b', serve(page(job('SUCCEEDED'))))
  expect(
    await screen.findByText(
      /Equity, USD \(1\); Drawdown, under water \(1\); Exposure, times equity, after netting \(3\); Pairs held \(1\)/,
    ),
  ).toBeTruthy()
  expect(
    screen.getByText(
      '2 pairs as one book returned +12.5% after costs, with a Sharpe ratio of 0.13. 1 of 2 pairs ended with a profit.',
    ),
  ).toBeTruthy()
  expect(screen.getByText(/^Tried 3\./)).toBeTruthy()
  expect(screen.getByText('0.30 × equity at an entry')).toBeTruthy()
})

test('while it runs there is no result yet; the end of the job brings it', async () => {
  const server = serve(page(job('RUNNING')))
  open('/portfolios/b', server)
  await screen.findAllByText('Running')
  expect(server.asked['PortfolioReport']).toBeUndefined()
  server.push('JobChanged', { __typename: 'Subscription', jobChanged: job('SUCCEEDED', { subject: null }) })
  await screen.findByRole('table', { name: 'Contributions to the profit' })
})

test('a portfolio of chosen pairs is started with what was typed', async () => {
  const server = serve(START)
  const router = open('/portfolios', server)
  fireEvent.click(await screen.findByRole('checkbox', { name: 'KO / PG' }))
  expect(screen.getByText('1 of 2 chosen')).toBeTruthy()
  fireEvent.change(screen.getByLabelText('Weights'), { target: { value: 'VOLATILITY' } })
  fireEvent.change(screen.getByLabelText('Limit per name'), { target: { value: '0.4' } })
  fireEvent.click(screen.getByRole('button', { name: 'Run portfolio' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/portfolios/b'))
  expect(server.asked['StartPortfolio']?.[0]).toMatchObject({
    input: {
      pairIds: ['p'],
      formation: { start: '2011-12-29T00:00:00Z', end: '2016-12-29T00:00:00Z' },
      trading: { start: '2016-12-29T00:00:00Z', end: '2022-12-29T00:00:00Z' },
      allocation: 'VOLATILITY',
      nameLimit: 0.4,
      campaignId: null,
      idempotencyKey: expect.any(String) as string,
    },
  })
})

test('without a pair nothing is sent, and the form says why', async () => {
  const server = serve(START)
  open('/portfolios', server)
  fireEvent.click(await screen.findByRole('button', { name: 'None' }))
  fireEvent.click(screen.getByRole('button', { name: 'Run portfolio' }))
  expect((await screen.findAllByRole('alert')).map(({ textContent }) => textContent)).toContain(
    'Choose at least one pair.',
  )
  expect(server.asked['StartPortfolio']).toBeUndefined()
})

test('a trial is counted in a new campaign', async () => {
  const server = serve({
    ...START,
    CreateCampaign: () => ({
      __typename: 'Mutation',
      createCampaign: { __typename: 'Campaign', id: 'n', name: 'Sodas' },
    }),
  })
  open('/portfolios', server)
  const details = (await screen.findByText(/^More: /)).closest('details') as HTMLDetailsElement
  details.open = true
  fireEvent(details, new Event('toggle'))
  fireEvent.change(await screen.findByLabelText('Count it in the campaign'), { target: { value: 'new' } })
  fireEvent.change(screen.getByLabelText('Name of the new campaign'), { target: { value: 'Sodas' } })
  fireEvent.click(screen.getByRole('button', { name: 'Create' }))
  await waitFor(() => expect(screen.queryByLabelText('Name of the new campaign')).toBeNull())
  fireEvent.click(screen.getByRole('button', { name: 'Run portfolio' }))
  await waitFor(() =>
    expect(server.asked['StartPortfolio']?.[0]).toMatchObject({ input: { campaignId: 'n' } }),
  )
  expect(server.asked['CreateCampaign']).toEqual([{ input: { name: 'Sodas' } }])
})

test('a portfolio that is none is said to be none', async () => {
  open('/portfolios/b', serve({ ...SHELL, Portfolio: answer({ node: null }) }))
  expect(await screen.findByText('There isn’t such a portfolio')).toBeTruthy()
})
