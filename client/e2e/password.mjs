/** Steps of the path about a password: chosen after a link, then used to sign in. */
import assert from 'node:assert/strict'
import { SIZES } from './browser.mjs'

const PASSWORD = 'a pair of long enough words'

/** The browser itself reports a refusal as an error of the console. */
const expectRefusal = (faults, status) =>
  faults.splice(0, faults.length, ...faults.filter((fault) => !fault.includes(` ${status} `)))

async function choosePassword({ page }) {
  await page.goto('/')
  await page.getByRole('link', { name: 'admin', exact: true }).click()
  await page.waitForURL(/\/account$/)
  await page.getByLabel('New password', { exact: true }).fill('too short')
  await page.getByLabel('New password again').fill('too short')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').filter({ hasText: '12 to 128 characters' }).waitFor()
  await page.getByLabel('New password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('New password again').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByText('Your new password holds').waitFor()
  await page.getByText(/^Set on /).waitFor()
}

async function signIn({ page, context, faults }) {
  const session = async () =>
    (await context.cookies()).find(({ name }) => name === 'titan_session')?.value ?? ''
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in to TITAN' }).waitFor()
  await page.getByLabel('Name').fill('admin')
  await page.getByLabel('Password').fill('another pair of words')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').filter({ hasText: 'do not belong together' }).waitFor()
  assert.equal(await page.getByLabel('Password').getAttribute('aria-invalid'), 'true')
  assert.equal(await session(), '')
  expectRefusal(faults, 403)
  // The cursor is where the mistake was.
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Account' }).waitFor()
  assert.match(await session(), /^titan_/)
  assert.ok(!page.url().includes('password'), page.url())
}

async function fitsPhone({ page, overflow }) {
  await page.setViewportSize(SIZES.narrow)
  for (const path of ['/account', '/sign-in']) {
    await page.goto(path)
    await page.locator('form').waitFor()
    assert.ok((await overflow()) <= 0, `${path} is ${await overflow()} px too wide`)
  }
  await page.setViewportSize(SIZES.wide)
}

export async function passwordPath(path) {
  await path.step('a password is chosen after a link', () => choosePassword(path))
  await path.step('name and password sign in', () => signIn(path))
  await path.step('account and sign-in fit on a phone', () => fitsPhone(path))
}
