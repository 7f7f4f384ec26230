/** Steps of the path about the account: a password chosen after a link and used to sign in, and an access token. */
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

async function keepToken({ page, context, overflow }) {
  await page.goto('/account')
  const form = page.getByRole('form', { name: 'New access token' })
  await form.getByLabel('Name').fill('notebook')
  await page.keyboard.press('Enter')
  await page.getByText('it is not shown again').waitFor()
  const secret = await page.getByText(/^titan_[\w-]{43}$/).innerText()
  const ask = async (query) => {
    const answer = await context.request.post('/graphql', {
      headers: { authorization: `Bearer ${secret}` },
      data: { query },
    })
    return { status: answer.status(), ...(await answer.json()) }
  }
  assert.equal((await ask('{ viewer { name } }')).data.viewer.name, 'admin')
  const refused = await ask('mutation { createCampaign(input: { name: "no" }) { __typename } }')
  assert.equal(refused.errors[0].extensions.code, 'TOKEN_READ_ONLY')
  await page.setViewportSize(SIZES.narrow)
  assert.ok((await overflow()) <= 0, `the account with a token is ${await overflow()} px too wide`)
  await page.setViewportSize(SIZES.wide)
  await page.getByRole('button', { name: 'I have kept it' }).click()
  assert.equal(await page.getByText(secret).count(), 0)
  page.once('dialog', (dialog) => dialog.accept())
  await page.getByRole('button', { name: 'Revoke notebook' }).press('Enter')
  await page.getByText('No token works at present').waitFor()
  assert.equal((await ask('{ viewer { name } }')).status, 401)
}

async function fitsPhone({ page, overflow }) {
  await page.setViewportSize(SIZES.narrow)
  for (const path of ['/account', '/sign-in']) {
    await page.goto(path)
    await page.locator('form').first().waitFor()
    assert.ok((await overflow()) <= 0, `${path} is ${await overflow()} px too wide`)
  }
  await page.setViewportSize(SIZES.wide)
}

export async function passwordPath(path) {
  await path.step('a password is chosen after a link', () => choosePassword(path))
  await path.step('name and password sign in', () => signIn(path))
  await path.step('a token that reads is made, used and revoked', () => keepToken(path))
  await path.step('account and sign-in fit on a phone', () => fitsPhone(path))
}
