import { fireEvent, screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { open, SHELL, serve } from '@/testing'
import { answer, estimate, listOf, PAIR } from '@/testingAnswers'

const CAMPAIGN = {
  __typename: 'Campaign',
  id: 'c',
  name: 'KO/PEP, 2012-01-30 … 2017-01-31',
  tried: 134,
  trials: [
    { __typename: 'TrialShare', kind: 'SWEEP', tried: 132 },
    { __typename: 'TrialShare', kind: 'BACKTEST', tried: 2 },
  ],
  createdAt: '2026-01-01T00:00:00Z',
}

test('campaigns are listed with what was tried by kind', async () => {
  open(
    '/campaigns',
    serve({ ...SHELL, Campaigns: answer({ campaigns: listOf('CampaignConnection', [CAMPAIGN]) }) }),
  )
  expect(await screen.findByText('132 parameter sets of sweeps · 2 backtests')).toBeTruthy()
  expect(screen.getByRole('link', { name: CAMPAIGN.name }).getAttribute('href')).toBe('/campaigns/c')
})

test('without campaigns the page says where they come from', async () => {
  open('/campaigns', serve({ ...SHELL, Campaigns: answer({ campaigns: listOf('CampaignConnection', []) }) }))
  expect(await screen.findByText('Nothing was tried yet')).toBeTruthy()
})

test('a campaign shows its shares', async () => {
  open('/campaigns/c', serve({ ...SHELL, Campaign: answer({ node: CAMPAIGN }) }))
  expect(await screen.findByRole('heading', { name: 'Tried 134' })).toBeTruthy()
  const shares = screen.getAllByRole('listitem').map(({ textContent }) => textContent)
  expect(shares).toEqual(['132 parameter sets of sweeps99%', '2 backtests1%'])
})

test('a campaign that is none is said to be none', async () => {
  open('/campaigns/c', serve({ ...SHELL, Campaign: answer({ node: null }) }))
  expect(await screen.findByText('There isn’t such a campaign')).toBeTruthy()
})

const counted = (kind: string, tried: number, work: object | null, day: number) => ({
  __typename: 'CountedWork',
  kind,
  tried,
  work,
  createdAt: `2026-01-0${day}T00:00:00Z`,
})

const universe = (kind: string, name: string) => ({ __typename: `${kind}Spec`, universe: name })
const sharpe = (of: string, value: number) => ({ __typename: of, sharpe: estimate(value) })

const SCAN = {
  __typename: 'Scan',
  id: 's',
  spec: universe('Scan', 'US'),
  summary: { __typename: 'ScanSummary', discoveries: 3 },
}
const SWEEP = {
  __typename: 'Sweep',
  id: 'w',
  pair: PAIR,
  summary: { __typename: 'SweepSummary', overfitting: estimate(0.42) },
}
const BOOK = { __typename: 'Portfolio', id: 'o', pairCount: 12, metrics: sharpe('Metrics', 0.5) }
const WALK = {
  __typename: 'WalkForward',
  id: 'f',
  spec: universe('WalkForward', 'EU'),
  summary: sharpe('WalkSummary', 0.1),
}
const BACKTEST = {
  __typename: 'Backtest',
  id: 'b',
  pair: PAIR,
  spec: { __typename: 'BacktestSpec', entry: 2, exit: 0.5 },
  metrics: sharpe('Metrics', 0.75),
}

const WORK = [
  counted('BACKTEST', 1, null, 6),
  counted('SCAN', 380, SCAN, 5),
  counted('SWEEP', 132, SWEEP, 4),
  counted('PORTFOLIO', 1, BOOK, 3),
  counted('WALK_FORWARD', 1, WALK, 2),
  counted('BACKTEST', 1, BACKTEST, 1),
]

const pageOf = (nodes: readonly object[], endCursor: string | null) => ({
  __typename: 'CountedWorkConnection',
  nodes,
  totalCount: WORK.length,
  pageInfo: { __typename: 'PageInfo', hasNextPage: endCursor !== null, endCursor },
})

test('a campaign lists the work that it counts, with what it came to and where it is', async () => {
  const server = serve({
    ...SHELL,
    Campaign: answer({ node: CAMPAIGN }),
    CountedWork: ({ after }) => ({
      __typename: 'Query',
      node: { ...CAMPAIGN, work: after ? pageOf(WORK.slice(4), null) : pageOf(WORK.slice(0, 4), 'four') },
    }),
  })
  open('/campaigns/c', server)
  fireEvent.click(await screen.findByRole('button', { name: 'Load more' }))
  await screen.findByText('6 of 6')
  const table = within(screen.getByRole('region', { name: 'Counted work' }))
  const rows = table.getAllByRole('row').slice(1)
  expect(
    rows.map((row) =>
      within(row)
        .getAllByRole('cell')
        .slice(0, 4)
        .map(({ textContent }) => textContent),
    ),
  ).toEqual([
    ['Backtest, removed since', '', '1', '—'],
    ['Scan of US', '', '380', '3 found after correction'],
    ['Sweep of KO/PEP', '', '132', 'PBO 42%'],
    ['Portfolio of 12 pairs', '', '1', 'Sharpe 0.50'],
    ['Walk-forward of EU', '', '1', 'Sharpe 0.10 out of sample'],
    ['Backtest of KO/PEP', 'enter at 2, leave at 0.5', '1', 'Sharpe 0.75'],
  ])
  expect(table.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual([
    '/scans/s',
    '/sweeps/w',
    '/portfolios/o',
    '/walk-forwards/f',
    '/backtests/b',
  ])
  expect(server.asked['CountedWork']?.at(-1)).toEqual({ id: 'c', first: 20, after: 'four' })
})
