import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { open, SHELL, serve } from '@/testing'

const KO = { __typename: 'Instrument', id: '1', symbol: 'KO', name: 'Coca-Cola' }
const stay = (since: string | null, until: string | null) => ({
  __typename: 'UniverseMember',
  since,
  until,
  instrument: KO,
})
const universe = (memberships: object[]) => ({
  __typename: 'Universe',
  id: 'u',
  name: 'Drinks',
  note: 'Sweet ones',
  createdAt: '2026-01-01T00:00:00Z',
  memberships,
})

const answers = (nodes: () => object[]) => ({
  ...SHELL,
  Universes: () => ({
    __typename: 'Query',
    universes: {
      __typename: 'UniverseConnection',
      nodes: nodes(),
      pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
      totalCount: nodes().length,
    },
  }),
  SymbolIds: ({ symbols }: Record<string, unknown>) => ({
    __typename: 'Query',
    instruments: {
      __typename: 'InstrumentConnection',
      nodes: (symbols as string[]).includes('KO') ? [KO] : [],
      pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
    },
  }),
  InstrumentSuggestions: () => ({
    __typename: 'Query',
    instruments: { __typename: 'InstrumentConnection', nodes: [KO] },
  }),
})

function typeSymbols(form: HTMLElement, text: string) {
  const field = within(form).getByRole('combobox', { name: 'Symbol' })
  fireEvent.change(field, { target: { value: text } })
  fireEvent.click(within(form).getByRole('button', { name: 'Add' }))
}

test('a universe is made with members of a stretch of days', async () => {
  let made: object[] = []
  const server = serve({
    ...answers(() => made),
    CreateUniverse: () => {
      made = [universe([stay('2020-01-01', '2021-01-01'), stay('2022-01-01', null)])]
      return { __typename: 'Mutation', createUniverse: { __typename: 'Universe', id: 'u' } }
    },
  })
  open('/universes', server)
  expect(await screen.findByText('No universes yet')).toBeTruthy()
  const form = screen.getByRole('form', { name: 'New universe' })
  fireEvent.change(within(form).getByLabelText('Name'), { target: { value: 'Drinks' } })
  typeSymbols(form, 'ko')
  fireEvent.change(within(form).getByLabelText('Members from'), { target: { value: '2020-01-01' } })
  fireEvent.click(within(form).getByRole('button', { name: 'Create universe' }))
  const members = await screen.findByRole('region', { name: 'Members of Drinks' })
  expect(
    within(members)
      .getAllByRole('row')
      .map(({ textContent }) => textContent),
  ).toEqual([
    'SymbolNameFromUntil before',
    'KOCoca-ColaJan 1, 2020Jan 1, 2021',
    'KOCoca-ColaJan 1, 2022no end',
  ])
  expect(screen.getByText(/^1 instrument, made /)).toBeTruthy()
  expect(server.asked['CreateUniverse']).toEqual([
    {
      input: {
        name: 'Drinks',
        note: null,
        members: [{ instrumentId: '1', since: '2020-01-01', until: null }],
      },
    },
  ])
})

test('a symbol that is none is refused beside its field, and nothing is made', async () => {
  const server = serve(answers(() => []))
  open('/universes', server)
  const form = await screen.findByRole('form', { name: 'New universe' })
  fireEvent.change(within(form).getByLabelText('Name'), { target: { value: 'Drinks' } })
  typeSymbols(form, 'nope')
  fireEvent.click(within(form).getByRole('button', { name: 'Create universe' }))
  expect((await within(form).findByRole('alert')).textContent).toBe('There is no instrument NOPE.')
  expect(server.asked['CreateUniverse']).toBeUndefined()
})

test('members join, and a refusal says why', async () => {
  const message = 'The instrument is a member already on some of these days'
  const server = serve({
    ...answers(() => [universe([])]),
    AddUniverseMembers: () => ({
      __typename: 'Mutation',
      addUniverseMembers: {
        __typename: 'InvalidInputProblem',
        message,
        code: 'MEMBERSHIP_INVALID',
        path: ['input', 'members', '0'],
      },
    }),
  })
  open('/universes', server)
  fireEvent.click(await screen.findByText('Add members'))
  const form = await screen.findByRole('form', { name: 'Add members to Drinks' })
  typeSymbols(form, 'KO')
  fireEvent.click(within(form).getByRole('button', { name: 'Add KO' }))
  expect((await within(form).findByRole('alert')).textContent).toBe(message)
  expect(server.asked['AddUniverseMembers']).toEqual([
    { input: { universeId: 'u', members: [{ instrumentId: '1', since: null, until: null }] } },
  ])
})

test('a universe is forgotten after asking', async () => {
  let kept = [universe([])]
  const server = serve({
    ...answers(() => kept),
    RemoveUniverse: () => {
      kept = []
      return { __typename: 'Mutation', removeUniverse: { __typename: 'Universe', id: 'u' } }
    },
  })
  open('/universes', server)
  const ask = vi.fn(() => false)
  vi.stubGlobal('confirm', ask)
  const button = await screen.findByRole('button', { name: 'Forget this universe' })
  fireEvent.click(button)
  expect(server.asked['RemoveUniverse']).toBeUndefined()
  ask.mockReturnValue(true)
  fireEvent.click(button)
  await waitFor(() => expect(screen.getByText('No universes yet')).toBeTruthy())
  expect(server.asked['RemoveUniverse']).toEqual([{ id: 'u' }])
  vi.unstubAllGlobals()
})
