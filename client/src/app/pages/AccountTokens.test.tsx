import { act, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { open, SHELL, serve } from '@/testing'

const token = (id: string, name: string, more: object = {}) => ({
  __typename: 'AccessToken',
  id,
  name,
  scope: 'READ',
  createdAt: '2026-11-01T09:00:00Z',
  lastUsedAt: null,
  expiresAt: '2027-01-30T09:00:00Z',
  ...more,
})

/** A server that keeps tokens, and refuses to make one where a problem is given. */
function account(kept: ReturnType<typeof token>[], problem?: object) {
  let tokens = kept
  return serve({
    ...SHELL,
    Account: () => ({
      ...SHELL.Shell(),
      passwordState: { __typename: 'PasswordState', isSet: true, changedAt: null, proof: 'PRESENT_PASSWORD' },
      accessTokens: tokens,
    }),
    CreateAccessToken: ({ input }) => {
      if (problem) return { __typename: 'Mutation', createAccessToken: problem }
      const made = token('t9', (input as { name: string }).name)
      tokens = [made, ...tokens]
      return {
        __typename: 'Mutation',
        createAccessToken: { __typename: 'AccessTokenCreated', secret: 'titan_shown-once', token: made },
      }
    },
    RevokeAccessToken: ({ id }) => {
      const gone = tokens.find((one) => one.id === id)
      tokens = tokens.filter((one) => one !== gone)
      return { __typename: 'Mutation', revokeAccessToken: gone }
    },
  })
}

const rows = async () =>
  within(await screen.findByRole('region', { name: 'Your access tokens' }))
    .getAllByRole('row')
    .slice(1)

function fill(fields: Record<string, string>) {
  for (const [label, value] of Object.entries(fields))
    fireEvent.change(screen.getByLabelText(label), { target: { value } })
  fireEvent.submit(screen.getByRole('form', { name: 'New access token' }))
}

afterEach(() => vi.unstubAllGlobals())

test('tokens are listed with scope, last use and end', async () => {
  const used = new Date(Date.now() - 2 * 86_400_000).toISOString()
  open(
    '/account',
    account([token('t1', 'notebook', { scope: 'WRITE', lastUsedAt: used }), token('t2', 'screen')]),
  )
  const [first, second] = (await rows()).map((row) => row.textContent ?? '')
  expect(first).toMatch(/^notebookRead and write2 days ago.*2027.*2026Revoke$/)
  expect(second).toMatch(/^screenReadNever.*2027.*2026Revoke$/)
})

test('without tokens it says what they are for', async () => {
  open('/account', account([]))
  expect(await screen.findByText('No token works at present')).toBeTruthy()
  expect((screen.getByLabelText('It may') as HTMLSelectElement).value).toBe('READ')
})

test('a new token is shown once, and listed', async () => {
  const written = vi.fn(() => Promise.resolve())
  vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText: written } })
  const server = account([])
  open('/account', server)
  await screen.findByText('No token works at present')
  fill({ Name: ' notebook ', 'It may': 'WRITE', 'Works for': '30' })
  expect(await screen.findByText('“notebook” is made. Copy it now: it is not shown again.')).toBeTruthy()
  expect(server.asked['CreateAccessToken']).toEqual([
    { input: { name: 'notebook', scope: 'WRITE', expiresInDays: 30 } },
  ])
  expect(screen.getByText('titan_shown-once')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Copy the token' }))
  expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy()
  expect(written).toHaveBeenCalledWith('titan_shown-once')
  expect(await rows()).toHaveLength(1)
  fireEvent.click(screen.getByRole('button', { name: 'I have kept it' }))
  expect(screen.queryByText('titan_shown-once')).toBeNull()
})

test('a browser that does not copy says so', async () => {
  vi.stubGlobal('navigator', { ...navigator, clipboard: undefined })
  open('/account', account([]))
  await screen.findByText('No token works at present')
  fill({ Name: 'notebook' })
  fireEvent.click(await screen.findByRole('button', { name: 'Copy the token' }))
  expect(await screen.findByText(/select the text and copy it yourself/)).toBeTruthy()
})

test('what cannot be a token is not sent', async () => {
  const server = account([])
  open('/account', server)
  await screen.findByText('No token works at present')
  fill({ Name: '  ', 'Works for': '3651' })
  expect(screen.getAllByRole('alert').map((alert) => alert.textContent)).toEqual([
    'Give it a name that says what uses it.',
    'A token works for 1 to 3650 days.',
  ])
  for (const days of ['', '0', '-1', '1.5', '1e3', 'ten']) {
    fill({ Name: 'notebook', 'Works for': days })
    expect(screen.getByRole('alert').textContent).toBe('A token works for 1 to 3650 days.')
  }
  expect(server.asked['CreateAccessToken']).toBeUndefined()
})

test('a refusal is told', async () => {
  const message = 'At most 20 live tokens; revoke one that is not used'
  const limit = { __typename: 'LimitExceededProblem', message, code: 'TOKENS_TOO_MANY', path: [] }
  open('/account', account([token('t1', 'notebook')], limit))
  await rows()
  fill({ Name: 'one more' })
  expect((await screen.findByRole('alert')).textContent).toBe(message)
  expect((screen.getByLabelText('Name') as HTMLInputElement).value).toBe('one more')
})

test('a token is revoked after asking', async () => {
  const confirm = vi.fn(() => false)
  vi.stubGlobal('confirm', confirm)
  const server = account([token('t1', 'notebook'), token('t2', 'screen')])
  open('/account', server)
  await rows()
  fireEvent.click(screen.getByRole('button', { name: 'Revoke notebook' }))
  expect(server.asked['RevokeAccessToken']).toBeUndefined()
  confirm.mockReturnValue(true)
  await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Revoke notebook' })))
  expect(server.asked['RevokeAccessToken']).toEqual([{ id: 't1' }])
  expect(confirm.mock.calls[0]).toEqual([
    'Revoke the token “notebook”? What uses it is cut off at once, for good.',
  ])
  await vi.waitFor(async () => expect(await rows()).toHaveLength(1))
})
