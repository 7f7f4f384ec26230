import { beforeEach, expect, test, vi } from 'vitest'
import { chooseTheme, chosenTheme, nextTheme, onThemeChange } from './theme'

beforeEach(() => chooseTheme('system'))

test('a choice is applied, kept and told', () => {
  const told = vi.fn()
  const stop = onThemeChange(told)
  chooseTheme('dark')
  expect([chosenTheme(), localStorage.getItem('titan:theme'), told.mock.calls.length]).toEqual([
    'dark',
    'dark',
    1,
  ])
  stop()
  chooseTheme('light')
  expect([chosenTheme(), told.mock.calls.length]).toEqual(['light', 1])
})

test('the system theme leaves nothing behind', () => {
  chooseTheme('dark')
  chooseTheme('system')
  expect([chosenTheme(), localStorage.getItem('titan:theme')]).toEqual(['system', null])
  expect('theme' in document.documentElement.dataset).toBe(false)
})

test('the button goes round', () => {
  expect([nextTheme('system'), nextTheme('light'), nextTheme('dark')]).toEqual(['light', 'dark', 'system'])
})

test('without storage a choice still holds', () => {
  const refuse = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new Error('forbidden')
  })
  chooseTheme('dark')
  expect(chosenTheme()).toBe('dark')
  refuse.mockRestore()
})
