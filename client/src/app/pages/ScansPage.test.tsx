import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { open, SHELL, serve } from '@/testing'

const MARKET = { __typename: 'Market', id: 'm', code: 'US', name: 'US equities' }
const instrument = (id: string, symbol: string) => ({
  __typename: 'Instrument',
  id,
  symbol,
  name: symbol,
  firstBar: '2012-01-30T00:00:00Z',
  lastBar: '2022-12-28T00:00:00Z',
})
const SUMMARY = { pairsTested: 380, belowLevel: 17, expectedFalse: 19, discoveries: 0 }

const scan = {
  __typename: 'Scan',
  id: 's',
  createdAt: '2026-01-01T00:00:00Z',
  spec: {
    __typename: 'ScanSpec',
    universe: 'US',
    formation: { __typename: 'Period', start: '2017-12-28T00:00:00Z', end: '2022-12-29T00:00:00Z' },
    correction: 'BH',
    level: 0.05,
  },
  job: { __typename: 'Job', id: 'j', state: 'SUCCEEDED' },
  summary: { __typename: 'ScanSummary', ...SUMMARY },
}

const answers = (nodes: object[]) => ({
  ...SHELL,
  Scans: () => ({
    __typename: 'Query',
    scans: {
      __typename: 'ScanConnection',
      nodes,
      pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
      totalCount: nodes.length,
    },
  }),
  Markets: () => ({
    __typename: 'Query',
    markets: {
      __typename: 'MarketConnection',
      nodes: [{ ...MARKET, instruments: { __typename: 'InstrumentConnection', totalCount: 2 } }],
    },
  }),
  UniverseHistory: () => ({
    __typename: 'Query',
    instruments: {
      __typename: 'InstrumentConnection',
      nodes: [instrument('1', 'KO'), instrument('2', 'PEP')],
    },
  }),
  EstimateJob: () => ({
    __typename: 'Query',
    estimateJob: { __typename: 'JobEstimate', instruments: 2, bars: 1258, tests: 2, seconds: 0.1 },
  }),
})

const whenReady = async () => {
  const button = await screen.findByRole('button', { name: 'Start scan' })
  await screen.findByText('2 tests, under a second')
  return button
}

test('a scan in the list says its verdict in words', async () => {
  open('/scans', serve(answers([scan])))
  const table = await screen.findByRole('region', { name: 'Scans' })
  const [, row] = within(table).getAllByRole('row')
  expect(row?.children[3]?.textContent).toBe(
    '17 of 380 directed pairs have p < 0.05; 19 would by chance alone; 0 remain after BH.',
  )
  expect(within(table).getByRole('link', { name: 'US' }).getAttribute('href')).toBe('/scans/s')
})

test('a scan is started over what the market has, and opened', async () => {
  const server = serve({
    ...answers([]),
    StartScan: () => ({ __typename: 'Mutation', startScan: { __typename: 'Scan', id: 'new' } }),
  })
  const router = open('/scans', server)
  expect(await screen.findByText('No scans yet')).toBeTruthy()
  fireEvent.click(await whenReady())
  await waitFor(() => expect(router.state.location.pathname).toBe('/scans/new'))
  expect(server.asked['StartScan']).toMatchObject([
    { input: { universe: { market: 'US' }, prices: 'LOG', correction: 'BY', level: 0.05, keep: 1000 } },
  ])
})

test('a refused scan says why beside its field, and the closed part opens', async () => {
  const problem = { message: 'At most 5 lags fit', code: 'LAG_TOO_LARGE', path: ['input', 'maxLag'] }
  const server = serve({
    ...answers([]),
    StartScan: () => ({
      __typename: 'Mutation',
      startScan: { __typename: 'InvalidInputProblem', ...problem },
    }),
  })
  open('/scans', server)
  fireEvent.click(await whenReady())
  expect((await screen.findByRole('alert')).textContent).toBe('At most 5 lags fit')
  const field = screen.getByLabelText('At most this many lags')
  expect(field.getAttribute('aria-invalid')).toBe('true')
  await waitFor(() => expect(field.closest('details')?.open).toBe(true))
})

test('symbols are chosen one by one and left out again', async () => {
  open('/scans', serve(answers([])))
  fireEvent.change(await screen.findByLabelText('Universe'), { target: { value: 'SYMBOLS' } })
  fireEvent.change(screen.getByRole('combobox', { name: 'Symbol' }), { target: { value: 'ko, pep' } })
  fireEvent.click(screen.getByRole('button', { name: 'Add' }))
  const chosen = () =>
    within(screen.getByRole('list', { name: 'Chosen symbols' }))
      .getAllByRole('button')
      .map((button) => button.getAttribute('aria-label'))
  expect(chosen()).toEqual(['Leave out KO', 'Leave out PEP'])
  fireEvent.click(screen.getByRole('button', { name: 'Leave out KO' }))
  expect(chosen()).toEqual(['Leave out PEP'])
})
