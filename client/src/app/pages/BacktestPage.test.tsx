import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { open, SHELL, serve } from '@/testing'
import { job } from '@/testingAnswers'
import { page, RESULT } from '@/testingBacktest'

vi.mock('@/components/charts/TimeChart', () => ({
  TimeChart: ({ label }: { label: string }) => <p>{label}</p>,
}))

test('progress follows the subscription, and the result comes without a reload', async () => {
  const server = serve({ ...page('QUEUED'), ...RESULT })
  open('/backtests/b', server)
  expect(await screen.findByText('Waiting for a worker')).toBeTruthy()
  const progress = {
    __typename: 'JobProgress',
    done: 700,
    total: 1400,
    fraction: 0.5,
    message: 'Trading',
    etaSeconds: 3,
  }
  server.push('JobChanged', { __typename: 'Subscription', jobChanged: job('RUNNING', { progress }) })
  expect(await screen.findByText('700 of 1,400 · about 3.0 s left')).toBeTruthy()
  expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('50')
  expect(server.asked['BacktestResult']).toBeUndefined()
  server.push('JobChanged', { __typename: 'Subscription', jobChanged: job('SUCCEEDED') })
  expect(await screen.findByText(/^Equity, drawdown and z-score/)).toBeTruthy()
  expect(screen.queryByRole('progressbar')).toBeNull()
  expect(screen.getByText('Succeeded')).toBeTruthy()
  expect(server.asked['BacktestResult']).toEqual([{ id: 'b' }])
})

test('a figure without a value says why', async () => {
  open('/backtests/b', serve({ ...page('SUCCEEDED'), ...RESULT }))
  const name = await screen.findByText('Profit factor')
  expect(name.parentElement?.textContent).toBe('Profit factor—no losing trade')
})

test('a failed run says what went wrong', async () => {
  const error = { __typename: 'JobError', code: 'NO_DATA', message: 'KO has no bars in it' }
  open('/backtests/b', serve(page('FAILED', { error })))
  const alert = await screen.findByRole('alert')
  expect(alert.textContent).toBe('The run failedKO has no bars in itNO_DATARun again')
})

test('a cancelled run says so', async () => {
  open('/backtests/b', serve(page('CANCELLED')))
  expect(await screen.findByText('The run was cancelled')).toBeTruthy()
})

test('cancelling shows the state that the server answers with', async () => {
  const CancelJob = () => ({
    __typename: 'Mutation',
    cancelJob: { __typename: 'Job', id: 'j', state: 'CANCELLING' },
  })
  const server = serve({ ...page('RUNNING'), CancelJob })
  open('/backtests/b', server)
  fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }))
  const button = await screen.findByRole<HTMLButtonElement>('button', { name: 'Stopping…' })
  expect([button.disabled, server.asked['CancelJob']]).toEqual([true, [{ id: 'j' }]])
})

test('a cancellation that comes too late says so', async () => {
  const problem = {
    __typename: 'ConflictProblem',
    code: 'JOB_FINISHED',
    message: 'The job has ended',
    path: ['input', 'id'],
  }
  open(
    '/backtests/b',
    serve({ ...page('RUNNING'), CancelJob: () => ({ __typename: 'Mutation', cancelJob: problem }) }),
  )
  fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }))
  expect((await screen.findByRole('alert')).textContent).toBe('The job has ended')
})

test('a backtest that is none is said to be none', async () => {
  open('/backtests/b', serve({ ...SHELL, Backtest: () => ({ __typename: 'Query', node: null }) }))
  expect(await screen.findByText('There isn’t such a backtest')).toBeTruthy()
})

test('a server that is away can be asked again', async () => {
  const server = serve({ ...SHELL, Backtest: () => new Error('fetch failed') })
  open('/backtests/b', server)
  expect((await screen.findByRole('alert')).textContent).toMatch(/cannot be reached/)
  const before = server.asked['Backtest']?.length ?? 0
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
  await waitFor(() => expect(server.asked['Backtest']?.length).toBeGreaterThan(before))
})
