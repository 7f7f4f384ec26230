import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { open, SHELL, serve } from '@/testing'

vi.mock('@/components/charts/HeatMap', () => ({
  HeatMap: ({ label }: { label: string }) => <p>{label}</p>,
}))

const MARKET = { __typename: 'Market', id: 'm', code: 'US', name: 'US equities' }
const instrument = (id: string, symbol: string) => ({
  __typename: 'Instrument',
  id,
  symbol,
  firstBar: '2012-01-02T00:00:00Z',
  lastBar: '2022-12-28T00:00:00Z',
})

const screened = (belowLevel: number) => ({
  __typename: 'Query',
  screen: {
    __typename: 'Screen',
    bars: 1258,
    summary: {
      __typename: 'ScanSummary',
      pairsTested: 380,
      belowLevel,
      expectedFalse: 19,
      discoveries: 0,
      histogram: [belowLevel, 20],
    },
    matrix: { __typename: 'PValueMatrix', symbols: ['KO', 'PEP'], pValues: [null, 0.1, 0.2, null] },
    unusable: [],
  },
})

const ANSWERS = {
  ...SHELL,
  Markets: () => ({
    __typename: 'Query',
    markets: {
      __typename: 'MarketConnection',
      nodes: [{ ...MARKET, instruments: { __typename: 'InstrumentConnection', totalCount: 20 } }],
    },
  }),
  UniverseHistory: () => ({
    __typename: 'Query',
    instruments: {
      __typename: 'InstrumentConnection',
      nodes: [instrument('1', 'KO'), instrument('2', 'PEP')],
    },
  }),
}

const ADDRESS = '/scans/explore?start=2017-01-02&end=2022-01-03'

test('the verdict follows the window, and the address says where it rests', async () => {
  let below = 17
  const server = serve({ ...ANSWERS, Screen: () => screened(below) })
  const router = open(ADDRESS, server)
  expect(await screen.findByText(/17 of 380 directed pairs have p < 0.05/)).toBeTruthy()
  expect(screen.getByText(/380 tests on 1,258 bars, answered in/)).toBeTruthy()
  expect(server.asked['Screen']?.[0]).toMatchObject({
    input: {
      universe: { market: 'US' },
      formation: { start: '2017-01-02T00:00:00Z', end: '2022-01-03T00:00:00Z' },
    },
  })
  below = 23
  fireEvent.keyDown(screen.getByRole('slider', { name: 'Formation window: whole window' }), {
    key: 'ArrowLeft',
  })
  expect(await screen.findByText(/23 of 380 directed pairs/)).toBeTruthy()
  await waitFor(() =>
    expect(router.state.location.search).toMatchObject({ start: '2016-12-26', end: '2021-12-27' }),
  )
})

test('the smallest p-values are listed by name', async () => {
  open(ADDRESS, serve({ ...ANSWERS, Screen: () => screened(17) }))
  const found = await screen.findAllByRole('button', { name: /^Open / })
  expect(found.map(({ textContent }) => textContent)).toEqual(['KO / PEP0.1000', 'PEP / KO0.2000'])
})

test('a window that cannot be tested says why, and the last answer stays', async () => {
  let refuse = false
  const server = serve({
    ...ANSWERS,
    Screen: () => (refuse ? new Error('The period is too short') : screened(17)),
  })
  open(ADDRESS, server)
  await screen.findByText(/17 of 380 directed pairs/)
  refuse = true
  fireEvent.keyDown(screen.getByRole('slider', { name: 'Formation window: whole window' }), {
    key: 'ArrowLeft',
  })
  expect(await screen.findByText('No answer for this window')).toBeTruthy()
  expect(screen.getByText(/17 of 380 directed pairs/)).toBeTruthy()
})

test('what is looked at can be kept as a scan', async () => {
  const server = serve({
    ...ANSWERS,
    Screen: () => screened(17),
    StartScan: () => ({ __typename: 'Mutation', startScan: { __typename: 'Scan', id: 'kept' } }),
  })
  const router = open(ADDRESS, server)
  await screen.findByText(/17 of 380 directed pairs/)
  fireEvent.click(screen.getByRole('button', { name: 'Keep as a scan' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/scans/kept'))
  expect(server.asked['StartScan']).toMatchObject([
    { input: { formation: { start: '2017-01-02T00:00:00Z', end: '2022-01-03T00:00:00Z' } } },
  ])
})

test('a universe without bars has nothing to screen', async () => {
  const server = serve({
    ...ANSWERS,
    UniverseHistory: () => ({
      __typename: 'Query',
      instruments: { __typename: 'InstrumentConnection', nodes: [] },
    }),
  })
  open('/scans/explore', server)
  expect(await screen.findByText('Nothing to screen')).toBeTruthy()
  expect(server.asked['Screen']).toBeUndefined()
})
