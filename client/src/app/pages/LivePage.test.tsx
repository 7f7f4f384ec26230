import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { open, SHELL, serve } from '@/testing'

const leg = (symbol: string) => ({ __typename: 'Instrument', id: symbol, symbol })
const pair = (id: string) => ({ __typename: 'Pair', id, y: leg('KO'), x: leg('PEP') })

const state = (more: object = {}) => ({
  __typename: 'PairState',
  spread: 0.1234,
  zScore: 1.5,
  hedgeRatio: 0.5,
  signal: 'FLAT',
  halfLife: 20,
  decay: 0.25,
  barTime: '2022-01-03T00:00:00Z',
  asOf: new Date().toISOString(),
  seq: 7,
  stale: false,
  staleSince: null,
  replay: true,
  reason: null,
  cursor: 'c7',
  ...more,
})

const watch = (id: string, more: object = {}) => ({
  __typename: 'PairWatch',
  id: `w-${id}`,
  pair: pair(id),
  state: state(more),
  falseAlarmBars: 2520,
  timeframe: 'D1',
  prices: 'LOG',
  hedge: 'OLS',
  window: null,
  entry: 2,
  exit: 0.5,
  stop: null,
  formation: { __typename: 'Period', start: '2016-01-01T00:00:00Z', end: '2021-01-01T00:00:00Z' },
  recentZScore: [0.5, 1, 1.5],
})

const FEED = {
  __typename: 'Feed',
  name: 'replay',
  label: 'Replay of the sample data, not the market',
  replay: true,
  running: true,
}

const board = (nodes: object[]) => ({
  __typename: 'Query',
  watchedPairs: { __typename: 'PairWatchConnection', nodes },
  feeds: [FEED],
})

const tick = (more: object) => ({
  __typename: 'Subscription',
  pairTicks: { ...state(more), pair: { __typename: 'Pair', id: 'p' } },
})

const card = () => screen.findByRole('article', { name: 'KO/PEP' })

test('a tick moves the figures and the line without a request, and an old one moves nothing', async () => {
  const server = serve({ ...SHELL, WatchedPairs: () => board([watch('p')]) })
  open('/live', server)
  const article = await card()
  expect(screen.getByText('Replay of the sample data, not the market', { exact: false })).toBeTruthy()
  expect(within(article).getByText('+1.50')).toBeTruthy()
  expect(within(article).getByText('25% of alarm')).toBeTruthy()
  await screen.findByRole('img', { name: 'z-score +1.50, exit 0.50, entry 2.00' })
  const asked = server.asked['WatchedPairs']?.length
  act(() =>
    server.push(
      'PairTicks',
      tick({ zScore: 2.25, signal: 'SHORT', seq: 8, barTime: '2022-01-04T00:00:00Z' }),
    ),
  )
  expect(await within(article).findByText('+2.25')).toBeTruthy()
  expect(within(article).getByText('Sell KO, and buy β of PEP.')).toBeTruthy()
  expect(within(article).getByRole('img', { name: 'Last 4 z-scores of KO/PEP' })).toBeTruthy()
  act(() => server.push('PairTicks', tick({ zScore: -9, seq: 8, barTime: '2022-01-04T00:00:00Z' })))
  expect(within(article).getByText('+2.25')).toBeTruthy()
  expect(server.asked['WatchedPairs']).toHaveLength(asked ?? 0)
})

test('a silent pair is said to be stale, with its reason', async () => {
  const server = serve({ ...SHELL, WatchedPairs: () => board([watch('p')]) })
  open('/live', server)
  const article = await card()
  const staleSince = new Date().toISOString()
  act(() =>
    server.push(
      'PairTicks',
      tick({ stale: true, staleSince, seq: 8, reason: 'No bar of both legs has come' }),
    ),
  )
  expect(await within(article).findByText(/^stale since \d\d?:\d\d:\d\d/)).toBeTruthy()
  expect(within(article).getByText('No bar of both legs has come.')).toBeTruthy()
  expect(within(article).getByRole('img', { name: 'Last 3 z-scores of KO/PEP' })).toBeTruthy()
})

test('what can no longer be replayed is told in words, and the list is asked for again', async () => {
  const server = serve({ ...SHELL, WatchedPairs: () => board([watch('p')]) })
  open('/live', server)
  await card()
  const asked = server.asked['WatchedPairs']?.length ?? 0
  act(() =>
    server.push('PairTicks', {
      pairTicks: {
        __typename: 'StreamGap',
        subject: watch('p').pair,
        first: 8,
        last: 30,
        cursor: 'g',
        words: 'Gone.',
      },
    }),
  )
  expect(await screen.findByText('Some live history is missing: ticks 8 to 30 of KO/PEP')).toBeTruthy()
  await waitFor(() => expect(server.asked['WatchedPairs']).toHaveLength(asked + 1))
  fireEvent.click(screen.getByRole('button', { name: 'Understood' }))
  expect(screen.queryByText(/Some live history/)).toBeNull()
})

test('a pair is watched no more', async () => {
  let nodes = [watch('p')]
  const server = serve({
    ...SHELL,
    WatchedPairs: () => board(nodes),
    UnwatchPair: () => {
      nodes = []
      return { __typename: 'Mutation', unwatchPair: { __typename: 'Pair', id: 'p' } }
    },
  })
  open('/live', server)
  fireEvent.click(await screen.findByRole('button', { name: 'Stop watching KO/PEP' }))
  expect(await screen.findByText('You watch no pair yet')).toBeTruthy()
  expect(server.asked['UnwatchPair']).toEqual([{ id: 'p' }])
})

test('one press keeps the sample pairs and watches them on the years before the replay', async () => {
  const history = { firstBar: '1990-01-02T00:00:00Z', lastBar: '2022-12-28T00:00:00Z' }
  const server = serve({
    ...SHELL,
    WatchedPairs: () => board([]),
    CreatePair: () => ({
      createPair: { __typename: 'ConflictProblem', code: 'PAIR_EXISTS', message: 'Kept', path: [] },
    }),
    PairToWatch: ({ y }) => ({
      __typename: 'Query',
      pair: {
        __typename: 'Pair',
        id: y,
        y: { __typename: 'Instrument', id: `${y}-y`, ...history },
        x: { __typename: 'Instrument', id: `${y}-x`, ...history },
      },
    }),
    WatchPair: () => ({ watchPair: watch('p') }),
  })
  open('/live', server)
  fireEvent.click(await screen.findByRole('button', { name: 'Watch three sample pairs' }))
  await waitFor(() => expect(server.asked['WatchPair']).toHaveLength(3))
  expect(server.asked['WatchPair']?.[0]).toEqual({
    input: { pairId: 'KO', formation: { start: '2016-12-22T00:00:00Z', end: '2021-12-22T00:00:00Z' } },
  })
})

test('a refusal of the server is shown and can be tried again', async () => {
  const server = serve({ ...SHELL, WatchedPairs: () => new Error('away') })
  open('/live', server)
  expect(await screen.findByText('The watched pairs cannot be followed')).toBeTruthy()
  const asked = server.asked['WatchedPairs']?.length ?? 0
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
  await waitFor(() => expect(server.asked['WatchedPairs']?.length).toBeGreaterThan(asked))
})

test('the overview shows live pairs once there are some', async () => {
  open('/', serve({ ...SHELL, WatchedPairs: () => board([watch('p')]) }))
  const section = await screen.findByRole('region', { name: 'Live pairs' })
  expect(within(section).getByRole('article', { name: 'KO/PEP' })).toBeTruthy()
  expect(within(section).getByRole('link', { name: 'Live board' }).getAttribute('href')).toBe('/live')
})
