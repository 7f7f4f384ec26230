import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { open, SHELL, serve } from '@/testing'

const progress = (done: number, etaSeconds: number | null) => ({
  __typename: 'JobProgress',
  done,
  total: 100,
  fraction: done / 100,
  message: 'Testing pairs',
  etaSeconds,
})

const job = (state: string, more: object = {}) => ({
  __typename: 'Job',
  id: 'j',
  kind: 'scans.run',
  state,
  attempts: 1,
  progress: progress(0, null),
  error: null,
  subject: { __typename: 'Scan', id: 's', spec: { __typename: 'ScanSpec', universe: 'US' } },
  createdAt: '2026-01-01T00:00:00Z',
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: null,
  ...more,
})

const ERROR = { __typename: 'JobError', code: 'NO_COMMON_HISTORY', message: 'They share no day' }

const list = (nodes: object[]) => ({
  __typename: 'Query',
  jobs: {
    __typename: 'JobConnection',
    nodes,
    pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
    totalCount: nodes.length,
  },
})

test('a running job moves without a request, and says how long it takes', async () => {
  let now = job('QUEUED')
  const server = serve({ ...SHELL, Jobs: () => list([now]) })
  open('/jobs', server)
  expect(await screen.findByText('Testing pairs')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Scan of US' }).getAttribute('href')).toBe('/scans/s')
  now = job('RUNNING', { progress: progress(20, null) })
  server.push('JobsChanged', { __typename: 'Subscription', jobsChanged: now })
  expect(await screen.findByText('20 of 100')).toBeTruthy()
  const asked = server.asked['Jobs']?.length
  server.push('JobsChanged', {
    __typename: 'Subscription',
    jobsChanged: job('RUNNING', { progress: progress(40, 75) }),
  })
  expect(await screen.findByText('40 of 100 · about 1 min 15 s left')).toBeTruthy()
  expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('40')
  expect(server.asked['Jobs']).toHaveLength(asked ?? 0)
})

test('a failed job says why and is run again', async () => {
  const server = serve({
    ...SHELL,
    Jobs: () => list([job('FAILED', { error: ERROR, finishedAt: '2026-01-01T00:00:04Z' })]),
    RetryJob: () => ({ __typename: 'Mutation', retryJob: job('QUEUED') }),
  })
  open('/jobs', server)
  expect(await screen.findByText('They share no day')).toBeTruthy()
  expect(screen.getByText('NO_COMMON_HISTORY')).toBeTruthy()
  expect(screen.getByText('4.0 s')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Run again' }))
  expect(await screen.findByText('Queued')).toBeTruthy()
  expect(screen.queryByText('They share no day')).toBeNull()
  expect(screen.getByRole('button', { name: 'Cancel' })).toBeTruthy()
  expect(server.asked['RetryJob']).toEqual([{ id: 'j' }])
})

test('a job that cannot be run again says why', async () => {
  const message = 'This job has succeeded; there is nothing to try again'
  open(
    '/jobs',
    serve({
      ...SHELL,
      Jobs: () => list([job('CANCELLED')]),
      RetryJob: () => ({
        retryJob: { __typename: 'ConflictProblem', message, code: 'JOB_FINISHED', path: [] },
      }),
    }),
  )
  fireEvent.click(await screen.findByRole('button', { name: 'Run again' }))
  expect((await screen.findByRole('alert')).textContent).toBe(message)
})

test('a list of some states is asked for again when a job enters or leaves it', async () => {
  let active = [job('RUNNING')]
  const server = serve({ ...SHELL, Jobs: ({ where }) => list(where ? active : []) })
  const router = open('/jobs', server)
  fireEvent.click(await screen.findByRole('button', { name: 'Active' }))
  expect(await screen.findByText('Running')).toBeTruthy()
  expect(router.state.location.search).toEqual({ state: 'active' })
  expect(server.asked['Jobs']?.at(-1)).toMatchObject({
    where: { state: { in: ['QUEUED', 'RUNNING', 'CANCELLING'] } },
  })
  server.push('JobsChanged', { __typename: 'Subscription', jobsChanged: job('RUNNING') })
  active = []
  server.push('JobsChanged', { __typename: 'Subscription', jobsChanged: job('SUCCEEDED') })
  await waitFor(() => expect(screen.getByText('None of your jobs is active.')).toBeTruthy())
})

const PAIR = {
  __typename: 'Pair',
  id: 'p',
  y: { __typename: 'Instrument', id: 'y', symbol: 'KO' },
  x: { __typename: 'Instrument', id: 'x', symbol: 'PEP' },
}

const SUBJECTS = [
  ['backtests.run', { __typename: 'Backtest', id: 'b', pair: PAIR }],
  ['sweeps.run', { __typename: 'Sweep', id: 'w', pair: PAIR }],
  [
    'walk_forwards.run',
    { __typename: 'WalkForward', id: 'f', spec: { __typename: 'WalkForwardSpec', universe: 'EU' } },
  ],
  ['portfolios.run', { __typename: 'Portfolio', id: 'o', pairCount: 12 }],
  ['markets.import', { __typename: 'BarImport', id: 'i', fileName: 'wti.csv' }],
] as const

test('a job is told from the next by what it is about', async () => {
  const jobs = SUBJECTS.map(([kind, subject]) => job('SUCCEEDED', { id: kind, kind, subject }))
  open(
    '/jobs',
    serve({ ...SHELL, Jobs: () => list([...jobs, job('SUCCEEDED', { id: 'gone', subject: null })]) }),
  )
  await screen.findByRole('link', { name: 'Backtest of KO/PEP' })
  const rows = within(screen.getByRole('region', { name: 'Jobs' }))
  expect(rows.getAllByRole('link').map((link) => [link.textContent, link.getAttribute('href')])).toEqual([
    ['Backtest of KO/PEP', '/backtests/b'],
    ['Sweep of KO/PEP', '/sweeps/w'],
    ['Walk-forward of EU', '/walk-forwards/f'],
    ['Portfolio of 12 pairs', '/portfolios/o'],
    ['Import of wti.csv', '/imports/i'],
  ])
  expect(rows.getByText('Scan')).toBeTruthy()
})

test('an address that names no state shows all', async () => {
  const server = serve({ ...SHELL, Jobs: () => list([]) })
  open('/jobs?state=nonsense', server)
  expect(await screen.findByText('No jobs yet')).toBeTruthy()
  expect(server.asked['Jobs']?.at(-1)).toEqual({ where: null, first: 20, after: null })
})

test('without jobs the page says what will be here', async () => {
  open('/jobs', serve({ ...SHELL, Jobs: () => list([]) }))
  expect(await screen.findByText('No jobs yet')).toBeTruthy()
})
