import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { open, SHELL, serve } from '@/testing'
import { answer, listOf } from '@/testingAnswers'

const ANSWERS = { ...SHELL, Backtests: answer({ backtests: listOf('BacktestConnection', []) }) }

test('a choice narrows, another sorts, and the address says both', async () => {
  const server = serve(ANSWERS)
  const router = open('/backtests', server)
  expect(await screen.findByText('No backtests yet')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Succeeded' }))
  expect(await screen.findByText('No such backtests')).toBeTruthy()
  fireEvent.change(screen.getByLabelText('Sort by'), { target: { value: 'SHARPE_DESC' } })
  await waitFor(() =>
    expect(router.state.location.search).toEqual({ state: 'succeeded', order: 'SHARPE_DESC' }),
  )
  await waitFor(() =>
    expect(server.asked['Backtests']?.at(-1)).toEqual({
      where: { state: { in: ['SUCCEEDED'] } },
      orderBy: 'SHARPE_DESC',
      first: 20,
      after: null,
    }),
  )
})

test('an address opens its view', async () => {
  const server = serve(ANSWERS)
  open('/backtests?order=TOTAL_RETURN_ASC&state=nonsense', server)
  await waitFor(() =>
    expect(server.asked['Backtests']?.at(-1)).toEqual({
      where: null,
      orderBy: 'TOTAL_RETURN_ASC',
      first: 20,
      after: null,
    }),
  )
})
