import { fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { open, SHELL, serve } from '@/testing'

const REFUSED = {
  message: 'This name and password do not belong together',
  extensions: { code: 'SIGN_IN_REFUSED', field: ['password'] },
}
const THROTTLED = {
  message: 'Too many attempts with a wrong password; try again in 8 seconds',
  extensions: { code: 'THROTTLED', field: [], retryAfterMs: 8000 },
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const refusal = (status: number, error: object) => () =>
  Promise.resolve(new Response(JSON.stringify({ errors: [error] }), { status }))

async function signIn(answer: () => Promise<Response>, name = 'ada', password = 'correct horse battery') {
  const asked = vi.fn<(path: string, init: RequestInit) => Promise<Response>>(answer)
  vi.stubGlobal('fetch', asked)
  open('/sign-in', serve(SHELL))
  fireEvent.change(await screen.findByLabelText('Name'), { target: { value: name } })
  fireEvent.change(screen.getByLabelText('Password'), { target: { value: password } })
  fireEvent.submit(screen.getByRole('form', { name: 'Sign in' }))
  return asked
}

test('name and password are sent in the body, and the page begins anew', async () => {
  const assign = vi.spyOn(location, 'assign').mockImplementation(() => {})
  const reload = vi.spyOn(location, 'reload').mockImplementation(() => {})
  const asked = await signIn(() => Promise.resolve(new Response(null, { status: 204 })))
  await waitFor(() => expect(assign.mock.calls.length + reload.mock.calls.length).toBe(1))
  const [[path, init] = []] = asked.mock.calls
  expect(path).toBe('/sign-in')
  expect(init).toEqual({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"ada","password":"correct horse battery"}',
  })
})

test('password managers know the fields', async () => {
  open('/sign-in', serve(SHELL))
  const [name, password] = [await screen.findByLabelText('Name'), screen.getByLabelText('Password')]
  const attributes = (field: HTMLElement) =>
    ['name', 'type', 'autocomplete'].map((attribute) => field.getAttribute(attribute))
  expect(attributes(name)).toEqual(['username', null, 'username'])
  expect(attributes(password)).toEqual(['password', 'password', 'current-password'])
  // Were the script not there, the browser would put a form's fields into the address.
  expect(screen.getByRole('form', { name: 'Sign in' }).getAttribute('method')).toBe('post')
})

test('a refusal stands beside the password, which is ready to be typed again', async () => {
  await signIn(refusal(403, REFUSED))
  expect((await screen.findByRole('alert')).textContent).toBe(REFUSED.message)
  const password = screen.getByLabelText('Password')
  expect(password.getAttribute('aria-invalid')).toBe('true')
  expect(document.activeElement).toBe(password)
  expect(screen.getByRole('button', { name: 'Sign in' }).hasAttribute('disabled')).toBe(false)
})

test('who failed too often is told when to try again', async () => {
  await signIn(refusal(429, THROTTLED))
  expect((await screen.findByRole('alert')).textContent).toBe(THROTTLED.message)
})

test('a server that does not answer, or answers in other words, is said so', async () => {
  const asked = await signIn(() => Promise.reject(new TypeError('fetch failed')))
  expect((await screen.findByRole('alert')).textContent).toMatch(/cannot be reached/)
  asked.mockImplementation(() => Promise.resolve(new Response('<html>', { status: 502 })))
  fireEvent.submit(screen.getByRole('form', { name: 'Sign in' }))
  expect(await screen.findByText('The server did not sign you in (HTTP 502).')).toBeTruthy()
})

test('nothing is sent without a name and a password', async () => {
  const asked = await signIn(() => Promise.resolve(new Response()), ' ', '')
  expect((await screen.findAllByRole('alert')).map(({ textContent }) => textContent)).toEqual([
    'Type your name.',
    'Type your password.',
  ])
  expect(document.activeElement).toBe(screen.getByLabelText('Name'))
  expect(asked).not.toHaveBeenCalled()
})
