import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { open, SHELL, serve } from '@/testing'

vi.mock('@/components/charts/HeatMap', () => ({
  HeatMap: ({ label, onOpen }: { label: string; onOpen: (y: string, x: string) => void }) => (
    <button type="button" onClick={() => onOpen('KO', 'PEP')}>
      {label}
    </button>
  ),
}))

const SPEC = {
  __typename: 'ScanSpec',
  universe: 'US',
  formation: { __typename: 'Period', start: '2017-12-28T00:00:00Z', end: '2022-12-29T00:00:00Z' },
  prices: 'LOG',
  trend: 'C',
  criterion: 'AIC',
  maxLag: null,
  correction: 'BY',
  level: 0.05,
  keep: 1000,
}

const job = (state: string, more: object = {}) => ({
  __typename: 'Job',
  id: 'j',
  state,
  attempts: 1,
  error: null,
  finishedAt: null,
  progress: {
    __typename: 'JobProgress',
    done: 3,
    total: 12,
    fraction: 0.25,
    message: 'Testing pairs',
    etaSeconds: 9.5,
  },
  ...more,
})

const RESULT = {
  __typename: 'ScanResult',
  id: 'r',
  rank: 1,
  y: { __typename: 'Instrument', id: '1', symbol: 'KO' },
  x: { __typename: 'Instrument', id: '2', symbol: 'PEP' },
  statistic: -4.1234,
  pValue: 0.0042,
  qValue: 0.51,
  lags: 2,
  beta: 0.513,
  rSquared: 0.91,
  halfLife: 12.34,
  correlation: 0.95,
  ssd: 3.21,
  note: null,
}

const page = (run: object) => ({
  ...SHELL,
  Scan: () => ({
    __typename: 'Query',
    node: {
      __typename: 'Scan',
      id: 's',
      createdAt: '2026-01-01T00:00:00Z',
      instrumentCount: 20,
      bars: 1258,
      spec: SPEC,
      job: run,
    },
  }),
  ScanReport: () => ({
    __typename: 'Query',
    scan: {
      __typename: 'Scan',
      id: 's',
      summary: {
        __typename: 'ScanSummary',
        pairsTested: 380,
        untestable: 0,
        belowLevel: 17,
        expectedFalse: 19,
        discoveries: 0,
        histogram: [17, 20, 21],
      },
      matrix: { __typename: 'PValueMatrix', symbols: ['KO', 'PEP'], pValues: [null, 0.1, 0.2, null] },
      unusable: [{ __typename: 'UnusableInstrument', symbol: 'NEW', reason: 'has 3 bars' }],
      datasetHashes: ['aa'],
      resultHash: 'ff00',
    },
  }),
  ScanResults: () => ({
    __typename: 'Query',
    scan: {
      __typename: 'Scan',
      id: 's',
      results: {
        __typename: 'ScanResultConnection',
        nodes: [RESULT],
        pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
        totalCount: 1,
      },
    },
  }),
  CreatePair: () => ({
    __typename: 'Mutation',
    createPair: { __typename: 'Pair', id: 'p', y: RESULT.y, x: RESULT.x },
  }),
})

test('a scan runs before one’s eyes, and its verdict comes without a reload', async () => {
  const server = serve(page(job('QUEUED')))
  open('/scans/s', server)
  expect(await screen.findByText('3 of 12 · about 9.5 s left')).toBeTruthy()
  server.push('JobChanged', { __typename: 'Subscription', jobChanged: job('RUNNING') })
  await waitFor(() => expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('25'))
  expect(server.asked['ScanReport']).toBeUndefined()
  server.push('JobChanged', { __typename: 'Subscription', jobChanged: job('SUCCEEDED') })
  expect(await screen.findByText(/17 of 380 directed pairs have p < 0.05/)).toBeTruthy()
  expect(screen.queryByRole('progressbar')).toBeNull()
  expect(screen.getByText('One instrument could not be tested')).toBeTruthy()
  expect(screen.getByText('ff00')).toBeTruthy()
})

test('a result in the list has its figures, and opens over the period it was found in', async () => {
  const server = serve(page(job('SUCCEEDED')))
  const router = open('/scans/s', server)
  const table = await screen.findByRole('region', { name: 'Results' })
  const [, row] = within(table).getAllByRole('row')
  expect([...(row?.children ?? [])].slice(0, 10).map(({ textContent }) => textContent?.trim())).toEqual([
    '1',
    expect.stringMatching(/KO.*PEP/),
    '0.0042',
    '0.5100',
    '−4.12',
    '0.513',
    '0.910',
    '12.3',
    '0.95',
    '3.2',
  ])
  fireEvent.click(screen.getByRole('button', { name: 'Open KO/PEP' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/pairs/KO/PEP'))
  expect(router.state.location.search).toMatchObject({
    formationStart: '2017-12-28',
    formationEnd: '2022-12-29',
    tradingStart: '2022-12-29',
  })
})

test('order and threshold of the list are in the address', async () => {
  const server = serve(page(job('SUCCEEDED')))
  const router = open('/scans/s', server)
  fireEvent.change(await screen.findByLabelText('Sort by'), { target: { value: 'HALF_LIFE_ASC' } })
  await waitFor(() => expect(router.state.location.search).toEqual({ order: 'HALF_LIFE_ASC' }))
  fireEvent.change(screen.getByLabelText('Show'), { target: { value: '0.01' } })
  await waitFor(() => expect(router.state.location.search).toEqual({ order: 'HALF_LIFE_ASC', maxP: 0.01 }))
  await waitFor(() =>
    expect(server.asked['ScanResults']?.at(-1)).toMatchObject({
      where: { pValue: { lte: 0.01 } },
      orderBy: 'HALF_LIFE_ASC',
    }),
  )
})

test('a cell of the map opens its pair', async () => {
  const router = open('/scans/s', serve(page(job('SUCCEEDED'))))
  fireEvent.click(await screen.findByRole('button', { name: /^p-values of 2 by 2 instruments/ }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/pairs/KO/PEP'))
})

test('a scan that failed says why and can be run again', async () => {
  const error = { __typename: 'JobError', code: 'NO_COMMON_HISTORY', message: 'They share no day' }
  const server = serve({
    ...page(job('FAILED', { error })),
    RetryJob: () => ({ __typename: 'Mutation', retryJob: job('QUEUED') }),
  })
  open('/scans/s', server)
  expect((await screen.findByRole('alert')).textContent).toContain('They share no day')
  fireEvent.click(screen.getByRole('button', { name: 'Run again' }))
  expect(await screen.findByText('Queued', { selector: 'h1 *' })).toBeTruthy()
  expect(server.asked['ScanReport']).toBeUndefined()
})

test('a scan that is none is said to be none', async () => {
  open('/scans/x', serve({ ...SHELL, Scan: () => ({ __typename: 'Query', node: null }) }))
  expect(await screen.findByText('There isn’t such a scan')).toBeTruthy()
})
