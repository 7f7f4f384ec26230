import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { open, SHELL, serve } from '@/testing'

const INSTRUMENTS = [
  { __typename: 'Instrument', id: '1', symbol: 'KO', name: 'Coca-Cola' },
  { __typename: 'Instrument', id: '2', symbol: 'PEP', name: 'PepsiCo' },
]

const NO_PAIRS = {
  __typename: 'Query',
  pairs: {
    __typename: 'PairConnection',
    nodes: [],
    pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
  },
}

const ANSWERS = {
  ...SHELL,
  Pairs: () => NO_PAIRS,
  InstrumentSuggestions: () => ({
    __typename: 'Query',
    instruments: { __typename: 'InstrumentConnection', nodes: INSTRUMENTS },
  }),
}

const refusal = (typename: string, code: string, message: string, path: string[]) => ({
  __typename: 'Mutation',
  createPair: { __typename: typename, code, message, path },
})

const legs = async () => ({
  y: await screen.findByRole<HTMLInputElement>('combobox', { name: /^Y,/ }),
  x: await screen.findByRole<HTMLInputElement>('combobox', { name: /^X,/ }),
})

test('a problem stands beside the field its path names', async () => {
  const message = 'A pair needs two instruments, not KO twice'
  const server = serve({
    ...ANSWERS,
    CreatePair: () => refusal('InvalidInputProblem', 'SAME_LEG_TWICE', message, ['input', 'x']),
  })
  open('/pairs', server)
  const { y, x } = await legs()
  fireEvent.change(y, { target: { value: 'ko' } })
  fireEvent.change(x, { target: { value: 'ko' } })
  fireEvent.click(screen.getByRole('button', { name: 'Keep pair' }))
  expect((await screen.findByRole('alert')).textContent).toBe(message)
  expect([x.getAttribute('aria-invalid'), y.getAttribute('aria-invalid')]).toEqual(['true', null])
  expect(x.getAttribute('aria-describedby')).toContain(screen.getByRole('alert').id)
  expect(server.asked['CreatePair']).toEqual([{ input: { y: 'KO', x: 'KO' } }])
})

test('a symbol of several markets asks for the market', async () => {
  const message = 'Several markets list KO; name one'
  const server = serve({
    ...ANSWERS,
    CreatePair: () => refusal('InvalidInputProblem', 'SYMBOL_AMBIGUOUS', message, ['input', 'market']),
  })
  open('/pairs', server)
  const { y, x } = await legs()
  fireEvent.change(y, { target: { value: 'KO' } })
  fireEvent.change(x, { target: { value: 'PEP' } })
  expect(screen.queryByLabelText('Market')).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Keep pair' }))
  expect((await screen.findByRole('alert')).textContent).toBe(message)
  fireEvent.change(screen.getByLabelText('Market'), { target: { value: ' us' } })
  fireEvent.click(screen.getByRole('button', { name: 'Keep pair' }))
  await waitFor(() =>
    expect(server.asked['CreatePair']?.at(-1)).toEqual({ input: { y: 'KO', x: 'PEP', market: 'US' } }),
  )
})

test('a pair that is kept already can be opened', async () => {
  const server = serve({
    ...ANSWERS,
    CreatePair: () => refusal('ConflictProblem', 'PAIR_EXISTS', 'You already keep KO/PEP', ['input', 'y']),
  })
  open('/pairs', server)
  const { y, x } = await legs()
  fireEvent.change(y, { target: { value: 'KO' } })
  fireEvent.change(x, { target: { value: 'PEP' } })
  fireEvent.click(screen.getByRole('button', { name: 'Keep pair' }))
  expect((await screen.findByRole('link', { name: 'Open KO/PEP' })).getAttribute('href')).toBe(
    '/pairs/KO/PEP',
  )
})

test('the arrow keys choose a suggestion and Enter takes it', async () => {
  open('/pairs', serve(ANSWERS))
  const { y } = await legs()
  fireEvent.focus(y)
  fireEvent.change(y, { target: { value: 'pep' } })
  await waitFor(() =>
    expect(screen.getAllByRole('option').map(({ textContent }) => textContent)).toEqual(['PEPPepsiCo']),
  )
  fireEvent.keyDown(y, { key: 'ArrowDown' })
  expect(y.getAttribute('aria-activedescendant')).toBe(screen.getByRole('option').id)
  fireEvent.keyDown(y, { key: 'Enter' })
  expect([y.value, y.getAttribute('aria-expanded')]).toEqual(['PEP', 'false'])
})

test('the legs are swapped', async () => {
  open('/pairs', serve(ANSWERS))
  const { y, x } = await legs()
  fireEvent.change(y, { target: { value: 'KO' } })
  fireEvent.change(x, { target: { value: 'PEP' } })
  fireEvent.click(screen.getByRole('button', { name: 'Swap the legs' }))
  expect([y.value, x.value]).toEqual(['PEP', 'KO'])
})

test('without pairs the page offers the first one', async () => {
  const server = serve({
    ...ANSWERS,
    CreatePair: () => ({
      __typename: 'Mutation',
      createPair: { __typename: 'Pair', id: 'p', y: INSTRUMENTS[0], x: INSTRUMENTS[1] },
    }),
  })
  const router = open('/pairs', server)
  fireEvent.click(await screen.findByRole('button', { name: 'Keep KO/PEP' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/pairs/KO/PEP'))
})
