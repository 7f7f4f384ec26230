import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { signedOut, watchfulFetch } from '@/graphql/session'
import { open, SHELL, serve } from '@/testing'

afterEach(() => signedOut.set(false))

test('the shell names the user and offers every room', async () => {
  open('/nowhere', serve(SHELL))
  expect(await screen.findByText('admin')).toBeTruthy()
  const rooms = screen.getByRole('navigation', { name: 'Main' }).querySelectorAll('a')
  expect([...rooms].map((room) => [room.textContent, room.getAttribute('href')])).toEqual([
    ['Overview', '/'],
    ['Data', '/data'],
    ['Instruments', '/instruments'],
    ['Universes', '/universes'],
    ['Pairs', '/pairs'],
    ['Scans', '/scans'],
    ['Backtests', '/backtests'],
    ['Sweeps', '/sweeps'],
    ['Walk-forwards', '/walk-forwards'],
    ['Portfolios', '/portfolios'],
    ['Campaigns', '/campaigns'],
    ['Live', '/live'],
    ['Alerts', '/alerts'],
    ['Jobs', '/jobs'],
    ['GraphiQL', '/graphiql'],
  ])
  expect(screen.getByText('There isn’t such a page')).toBeTruthy()
})

test('an answer of 401 turns every page into the sign-in page', async () => {
  open('/nowhere', serve(SHELL))
  await screen.findByText('admin')
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('{}', { status: 401 })))
  await act(() => watchfulFetch('/graphql'))
  vi.unstubAllGlobals()
  expect(await screen.findByRole('heading', { name: 'Sign in to TITAN' })).toBeTruthy()
  expect(screen.getByText('./titan user link admin')).toBeTruthy()
})

test('a link that does not work is explained', async () => {
  open('/sign-in?problem=SIGN_IN_LINK_INVALID', serve(SHELL))
  expect((await screen.findByRole('alert')).textContent).toMatch(/was used before or has expired/)
})

test('who presses a button that leads away goes on in the new page', async () => {
  const router = open('/nowhere', serve(SHELL))
  await screen.findByText('admin')
  const link = screen.getByRole('link', { name: 'GraphiQL' })
  link.focus()
  router.history.push('/elsewhere')
  await waitFor(() => expect(router.state.resolvedLocation?.pathname).toBe('/elsewhere'))
  expect(document.activeElement).toBe(link)
  link.blur()
  router.history.push('/nowhere')
  await waitFor(() => expect(document.activeElement?.id).toBe('content'))
})

test('the theme button goes round', async () => {
  open('/nowhere', serve(SHELL))
  fireEvent.click(await screen.findByRole('button', { name: 'Theme: system. Change to light.' }))
  fireEvent.click(screen.getByRole('button', { name: 'Theme: light. Change to dark.' }))
  expect(document.documentElement.dataset['theme']).toBe('dark')
  fireEvent.click(screen.getByRole('button', { name: 'Theme: dark. Change to system.' }))
})
