import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { open, SHELL, serve } from '@/testing'
import { answer } from '@/testingAnswers'

const leg = (id: string, symbol: string) => ({
  __typename: 'Instrument',
  id,
  symbol,
  name: symbol,
  currency: 'USD',
  firstBar: null,
  lastBar: null,
})

const pair = (tags: readonly string[]) => ({
  __typename: 'Pair',
  id: 'p',
  note: null,
  tags,
  y: leg('1', 'KO'),
  x: leg('2', 'PEP'),
  backtests: {
    __typename: 'BacktestConnection',
    nodes: [],
    pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
  },
})

const serving = (tags: readonly string[], tagged: (variables: Record<string, unknown>) => object) =>
  serve({
    ...SHELL,
    Pair: answer({ pair: pair(tags) }),
    TagPair: (variables) => ({ __typename: 'Mutation', tagPair: tagged(variables) }),
  })

const written = ({ input }: Record<string, unknown>) => ({
  __typename: 'Pair',
  id: 'p',
  tags: (input as { tags: string[] }).tags,
})

async function field() {
  const part = within(await screen.findByRole('region', { name: 'Tags' }))
  return { part, input: part.getByLabelText<HTMLInputElement>('New tag') }
}

const shown = () =>
  screen
    .queryAllByRole('button', { name: /^Remove the tag/ })
    .map((button) => button.getAttribute('aria-label'))

test('a tag is added, and the field is free for the next', async () => {
  const server = serving(['drinks'], written)
  open('/pairs/KO/PEP', server)
  const { input } = await field()
  fireEvent.change(input, { target: { value: ' large caps ' } })
  fireEvent.submit(input)
  await waitFor(() => expect(shown()).toEqual(['Remove the tag drinks', 'Remove the tag large caps']))
  expect(input.value).toBe('')
  expect(server.asked['TagPair']).toEqual([{ input: { pairId: 'p', tags: ['drinks', 'large caps'] } }])
})

test('a tag is removed, and the focus goes where the next is typed', async () => {
  const server = serving(['drinks', 'large caps'], written)
  open('/pairs/KO/PEP', server)
  const { part, input } = await field()
  fireEvent.click(part.getByRole('button', { name: 'Remove the tag drinks' }))
  await waitFor(() => expect(shown()).toEqual(['Remove the tag large caps']))
  expect(document.activeElement).toBe(input)
  expect(server.asked['TagPair']).toEqual([{ input: { pairId: 'p', tags: ['large caps'] } }])
})

test('a refusal is said beside the field, and nothing changes', async () => {
  const message = 'Give at most 20 tags of 1 to 40 characters'
  const refusal = { __typename: 'InvalidInputProblem', code: 'TAG_INVALID', message, path: ['input', 'tags'] }
  open(
    '/pairs/KO/PEP',
    serving(['drinks'], () => refusal),
  )
  const { input } = await field()
  fireEvent.change(input, { target: { value: 'large caps' } })
  fireEvent.submit(input)
  expect((await screen.findByRole('alert')).textContent).toBe(message)
  expect(input.getAttribute('aria-describedby')).toBe(screen.getByRole('alert').id)
  expect([input.value, shown()]).toEqual(['large caps', ['Remove the tag drinks']])
})

test('a tag that is there already is not sent', async () => {
  const server = serving(['drinks'], written)
  open('/pairs/KO/PEP', server)
  const { input } = await field()
  fireEvent.change(input, { target: { value: 'drinks' } })
  fireEvent.submit(input)
  expect((await screen.findByRole('alert')).textContent).toBe('It has the tag drinks already.')
  expect(server.asked['TagPair']).toBeUndefined()
})
