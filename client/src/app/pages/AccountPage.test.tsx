import { fireEvent, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { open, SHELL, serve } from '@/testing'

type Proof = 'SIGN_IN_LINK' | 'PRESENT_PASSWORD' | 'NEW_LINK_NEEDED'

/** A server whose user proves themselves so, and otherwise once a change was tried. */
function account(isSet: boolean, proof: Proof, answer: object = {}, later: Proof = proof) {
  let tried = false
  return serve({
    ...SHELL,
    Account: () => ({
      ...SHELL.Shell(),
      passwordState: {
        __typename: 'PasswordState',
        isSet: isSet || tried,
        changedAt: isSet || tried ? '2026-11-22T09:00:00Z' : null,
        proof: tried ? later : proof,
      },
      accessTokens: [],
    }),
    ChangePassword: () => {
      tried = true
      return { __typename: 'Mutation', changePassword: answer }
    },
  })
}

const changed = (sessionsEnded: number) => ({ __typename: 'ChangedPassword', sessionsEnded })

function fill(fields: Record<string, string>) {
  for (const [label, value] of Object.entries(fields))
    fireEvent.change(screen.getByLabelText(label), { target: { value } })
  fireEvent.submit(screen.getByRole('form', { name: 'Password' }))
}

test('the name in the head leads to the account', async () => {
  open('/account', account(true, 'PRESENT_PASSWORD'))
  expect(await screen.findByRole('heading', { name: 'Account' })).toBeTruthy()
  expect((await screen.findByRole('link', { name: 'admin' })).getAttribute('href')).toBe('/account')
  expect(await screen.findByText('You are admin, with the role of an administrator.')).toBeTruthy()
})

test('a first password needs no other after a link', async () => {
  const server = account(false, 'SIGN_IN_LINK', changed(0))
  open('/account', server)
  expect(await screen.findByText(/^You have none: you sign in by links/)).toBeTruthy()
  expect(screen.queryByLabelText('Present password')).toBeNull()
  fill({ 'New password': 'correct horse battery', 'New password again': 'correct horse battery' })
  expect(await screen.findByText('Your new password holds')).toBeTruthy()
  expect(screen.getByText('No other session was open.')).toBeTruthy()
  expect(server.asked['ChangePassword']).toEqual([{ input: { new: 'correct horse battery', present: null } }])
  expect(await screen.findByText(/^Set on .*2026.*Changing it ends/)).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Change password' })).toBeTruthy()
  expect((screen.getByLabelText('New password') as HTMLInputElement).value).toBe('')
})

test('the present password is asked for, and a wrong one said beside it', async () => {
  const wrong = {
    __typename: 'InvalidInputProblem',
    message: 'This is not your present password',
    code: 'PASSWORD_WRONG',
    path: ['input', 'present'],
  }
  const server = account(true, 'PRESENT_PASSWORD', wrong)
  open('/account', server)
  await screen.findByLabelText('Present password')
  fill({
    'Present password': 'a wrong guess',
    'New password': 'correct horse battery',
    'New password again': 'correct horse battery',
  })
  expect((await screen.findByRole('alert')).textContent).toBe(wrong.message)
  expect(screen.getByLabelText('Present password').getAttribute('aria-invalid')).toBe('true')
  expect(server.asked['ChangePassword']).toEqual([
    { input: { new: 'correct horse battery', present: 'a wrong guess' } },
  ])
})

test('a link that was proof when the page opened may no longer be', async () => {
  const wrong = {
    __typename: 'InvalidInputProblem',
    message: 'Give your present password',
    code: 'PASSWORD_WRONG',
    path: ['input', 'present'],
  }
  open('/account', account(true, 'SIGN_IN_LINK', wrong, 'PRESENT_PASSWORD'))
  await screen.findByLabelText('New password')
  fill({ 'New password': 'correct horse battery', 'New password again': 'correct horse battery' })
  expect((await screen.findByRole('alert')).textContent).toBe(wrong.message)
  expect(screen.getByLabelText('Present password').getAttribute('aria-invalid')).toBe('true')
})

test('what cannot be a password is not sent', async () => {
  const server = account(true, 'SIGN_IN_LINK', changed(2))
  open('/account', server)
  await screen.findByLabelText('New password')
  fill({ 'New password': 'elevenchars', 'New password again': 'elevenchars' })
  expect(screen.getByRole('alert').textContent).toBe('A password has 12 to 128 characters; this has 11.')
  fill({ 'New password': 'correct horse battery', 'New password again': 'correct horse batterz' })
  expect(screen.getByRole('alert').textContent).toBe('This is not what you typed above.')
  expect(server.asked['ChangePassword']).toBeUndefined()
  fill({ 'New password again': 'correct horse battery' })
  expect(await screen.findByText('Your 2 other sessions have ended.')).toBeTruthy()
})

test('without a fresh link the way to one is told', async () => {
  open('/account', account(false, 'NEW_LINK_NEEDED'))
  expect(await screen.findByText('./titan user link admin')).toBeTruthy()
  expect(screen.queryByRole('form', { name: 'Password' })).toBeNull()
})

test('password managers know the fields', async () => {
  open('/account', account(true, 'PRESENT_PASSWORD'))
  await screen.findByLabelText('Present password')
  const fields = [...screen.getByRole('form', { name: 'Password' }).querySelectorAll('input')]
  expect(fields.map((field) => [field.getAttribute('autocomplete'), field.type, field.value])).toEqual([
    ['username', 'text', 'admin'],
    ['current-password', 'password', ''],
    ['new-password', 'password', ''],
    ['new-password', 'password', ''],
  ])
})
