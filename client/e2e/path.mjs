/** The path of a new user in a real browser: open the link, create a pair, run a backtest, see the result. */
import assert from 'node:assert/strict'
import { openBrowser, openPage, required, SIZES } from './browser.mjs'
import { DATA_STEPS } from './data.mjs'
import { evidencePath } from './evidence.mjs'
import { livePath } from './live.mjs'
import { passwordPath } from './password.mjs'

const url = required('TITAN_URL').replace(/\/$/, '')
const link = required('TITAN_SIGN_IN_LINK')

const browser = await openBrowser()
const { page, context, faults } = await openPage(browser, url)
let passed = 0

async function step(name, run) {
  try {
    await run()
    assert.deepEqual(faults.splice(0), [], 'the page reported faults')
  } catch (error) {
    console.error(`FAILED: ${name}\n  at ${page.url()}\n${error.stack ?? error}`)
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/failure.png` })
    await browser.close()
    process.exit(1)
  }
  passed += 1
  console.log(`ok ${passed} ${name}`)
}

const heading = (name) => page.getByRole('heading', { name, exact: true })
const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
const figure = (name) =>
  page.locator('dt', { hasText: name }).first().locator('xpath=following-sibling::dd[1]')

async function seeResult() {
  await heading('Equity').waitFor()
  const canvas = page
    .getByRole('img', { name: /^Equity, drawdown and z-score/ })
    .locator('canvas')
    .first()
  await canvas.waitFor()
  const { width, height } = await canvas.boundingBox()
  assert.ok(width > 200 && height > 100, `the equity chart is ${width} × ${height}`)
  assert.match(await figure('Sharpe ratio').innerText(), /^−?\d+\.\d\d$/)
  assert.match(await figure('Total return').innerText(), /^[+−]?\d+\.\d\s?%$/)
  const rows = page.getByRole('region', { name: 'Trades' }).locator('tbody tr')
  await rows.first().waitFor()
  assert.match(await rows.first().innerText(), /long|short/)
  return { sharpe: await figure('Sharpe ratio').innerText(), trades: await rows.count() }
}

await step('a visitor is told how to sign in', async () => {
  await page.goto(url)
  await heading('Sign in to TITAN').waitFor()
  // The browser itself reports the 401 that says so.
  faults.splice(0, faults.length, ...faults.filter((fault) => !fault.includes('401')))
})

await step('a wrong link says so', async () => {
  await page.goto(`${url}/sign-in?token=titan_wrong`)
  await page.getByText('was used before or has expired').waitFor()
})

await step('the link signs in, once', async () => {
  await page.goto(link)
  await heading('Overview').waitFor()
  await page.getByText('admin', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'KO', exact: true }).waitFor()
  await page.getByRole('status').getByText('Live', { exact: true }).waitFor()
})

await step('the search is in the address', async () => {
  await page.getByRole('searchbox', { name: 'Search instruments' }).fill('pep')
  await page.waitForURL(/\?q=pep$/)
  await page.getByText('1 of 1').waitFor()
  const rows = page.getByRole('region', { name: 'Instruments', exact: true }).locator('tbody tr')
  assert.match(await rows.first().innerText(), /^PEP\s/)
})

await step('an instrument shows its prices', async () => {
  await page.getByRole('link', { name: 'PEP', exact: true }).click()
  await page.getByRole('img', { name: 'Bars of PEP, 1 day each' }).locator('canvas').first().waitFor()
})

await step('a refused pair says why beside its field', async () => {
  await page.getByRole('link', { name: 'Pairs', exact: true }).click()
  await page.getByRole('combobox', { name: /^Y,/ }).fill('KO')
  await page.getByRole('combobox', { name: /^X,/ }).fill('KO')
  await page.getByRole('button', { name: 'Keep pair' }).click()
  await page.getByRole('alert').filter({ hasText: 'two instruments' }).waitFor()
  assert.equal(await page.getByRole('combobox', { name: /^X,/ }).getAttribute('aria-invalid'), 'true')
})

await step('a pair is kept by keyboard', async () => {
  const x = page.getByRole('combobox', { name: /^X,/ })
  await x.fill('peps')
  await page.getByRole('option', { name: /^PEP/ }).waitFor()
  await x.press('ArrowDown')
  await x.press('Enter')
  assert.equal(await x.inputValue(), 'PEP')
  await x.press('Enter')
  await page.waitForURL(/\/pairs\/KO\/PEP$/)
  await heading('KO / PEP').waitFor()
})

await step('a pair is tagged, and a tag removed, by keyboard', async () => {
  const field = page.getByLabel('New tag')
  for (const tag of ['drinks', 'large caps']) {
    await field.fill(tag)
    await field.press('Enter')
    await page.getByRole('button', { name: `Remove the tag ${tag}` }).waitFor()
  }
  await page.getByRole('button', { name: 'Remove the tag large caps' }).press('Enter')
  await page.getByRole('button', { name: 'Remove the tag large caps' }).waitFor({ state: 'detached' })
})

await step('the pair shows prices, spread, z-score and analysis', async () => {
  await page
    .getByRole('img', { name: /^Prices of KO and PEP/ })
    .locator('canvas')
    .first()
    .waitFor()
  await page
    .getByText(/cointegration at 5%/)
    .first()
    .waitFor()
  assert.match(await figure('Hedge ratio β').innerText(), /^−?\d\.\d{3}$/)
})

await step('the periods are in the address', async () => {
  await page.getByLabel('Formation from').fill('2012-01-30')
  await page.waitForURL(/formationStart=2012-01-30/)
  await page.getByLabel('until before').first().fill('2017-01-31')
  await page.waitForURL(/formationEnd=2017-01-31/)
  await page.getByLabel('Trading from').fill('2017-01-31')
  await page.waitForURL(/tradingStart=2017-01-31/)
})

await step('a refused backtest says why beside its field', async () => {
  await page.getByLabel('Leave at |z| below').fill('3')
  await page.getByRole('button', { name: 'Run backtest' }).click()
  await page.getByRole('form', { name: 'New backtest' }).getByRole('alert').first().waitFor()
  await page.getByLabel('Leave at |z| below').fill('0.5')
})

let result
await step('a backtest runs and its result appears without a reload', async () => {
  await page.getByRole('button', { name: 'Run backtest' }).click()
  await page.waitForURL(/\/backtests\/[^/?]+$/)
  await page.locator('h1').getByText('Succeeded', { exact: true }).waitFor()
  result = await seeResult()
})

await step('a reload shows the same', async () => {
  await page.reload()
  assert.deepEqual(await seeResult(), result)
})

await step('the lists know the run', async () => {
  for (const [room, label] of [
    ['Backtests', 'Backtests'],
    ['Jobs', 'Jobs'],
  ]) {
    await page.getByRole('navigation').getByRole('link', { name: room, exact: true }).click()
    const row = page.getByRole('region', { name: label, exact: true }).locator('tbody tr').first()
    await row.waitFor()
    assert.match(await row.innerText(), /Succeeded/)
  }
  await page.getByRole('link', { name: 'Backtest of KO/PEP', exact: true }).first().click()
  await seeResult()
})

await step('dark mode is kept over a reload', async () => {
  const button = page.getByRole('button', { name: /^Theme:/ })
  await button.click()
  await button.click()
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
  const dark = await background()
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark')
  await page.reload()
  assert.equal(await background(), dark)
  await seeResult()
})

await step('on a phone nothing hangs over the edge', async () => {
  await page.setViewportSize(SIZES.narrow)
  const rooms = [
    '/',
    '/data',
    '/instruments',
    '/instruments/KO',
    '/universes',
    '/pairs',
    '/backtests',
    '/jobs',
  ]
  for (const path of [...rooms, '/pairs/KO/PEP', page.url()]) {
    await page.goto(path)
    await page.locator('h1').waitFor()
    await page.waitForLoadState('networkidle')
    assert.ok((await overflow()) <= 0, `${path} is ${await overflow()} px too wide`)
  }
  await page.getByRole('button', { name: /Menu/ }).click()
  await page.getByRole('navigation').getByRole('link', { name: 'Pairs' }).click()
  await heading('Pairs').waitFor()
  await page.setViewportSize(SIZES.wide)
})

let scan
await step('a scan of the market says what it found', async () => {
  await page.getByRole('navigation').getByRole('link', { name: 'Scans', exact: true }).click()
  await page.getByText('380 tests, under a second').waitFor()
  await page.getByRole('button', { name: 'Start scan' }).click()
  await page.waitForURL(/\/scans\/[^/?]+$/)
  scan = new URL(page.url()).pathname
  await page.getByRole('heading', { name: /^Scan of US/ }).waitFor()
  await page.getByText(/of 380 directed pairs have p < 0\.05/).waitFor()
  assert.match(
    await page.getByText(/of 380 directed pairs have/).innerText(),
    /; 19 would by chance alone; \d+ remain after BY\.$/,
  )
  await page.getByRole('img', { name: /^Histogram of the p-values of 380 tests/ }).waitFor()
})

await step('the map of p-values is read by keyboard', async () => {
  const map = page.getByRole('application', { name: /^p-values of 20 by 20 instruments/ })
  await map.focus()
  const best = await page.getByRole('region', { name: 'Results' }).locator('tbody tr').first().innerText()
  const [, y, x] = best.match(/([A-Z]+)\s*\/\s*([A-Z]+)/)
  await page.getByText(new RegExp(`^${y} on ${x}: p = 0\\.0`)).waitFor()
  await map.press('ArrowRight')
  await page.getByText(new RegExp(`^${y} on (?!${x}:)[A-Z]+: `)).waitFor()
})

await step('the best pair opens over the scan’s period', async () => {
  await page
    .getByRole('button', { name: /^Open [A-Z]+\/[A-Z]+$/ })
    .first()
    .click()
  await page.waitForURL(/\/pairs\/[A-Z]+\/[A-Z]+\?formationStart=/)
  await page.getByText(/^Found in 1 scan, best q = /).waitFor()
  page.once('dialog', (dialog) => dialog.accept())
  await page.getByRole('button', { name: 'Forget this pair' }).click()
  await page.waitForURL(/\/pairs$/)
})

await step('the explorer answers the hand', async () => {
  await page.goto('/scans/explore')
  await page.getByText(/380 tests on .* bars, answered in/).waitFor()
  const before = await page.getByText(/of 380 directed pairs have/).innerText()
  const whole = page.getByRole('slider', { name: 'Formation window: whole window' })
  await whole.focus()
  await whole.press('PageDown')
  await whole.press('PageDown')
  await page.waitForURL(/start=2015-/)
  await page.waitForFunction((old) => !document.body.innerText.includes(old), before)
})

await step('scans fit on a phone', async () => {
  await page.setViewportSize(SIZES.narrow)
  for (const path of ['/scans', '/scans/explore', scan]) {
    await page.goto(path)
    await page.locator('h1').waitFor()
    await page.waitForLoadState('networkidle')
    assert.ok((await overflow()) <= 0, `${path} is ${await overflow()} px too wide`)
  }
  await page.setViewportSize(SIZES.wide)
})

for (const [name, run] of DATA_STEPS) await step(name, () => run({ page, context }))
await evidencePath({ page, step, heading, figure, overflow })
await livePath({ page, context, step, heading, overflow })

await step('an address that is none says so', async () => {
  for (const path of [
    '/nowhere',
    '/instruments/NOPE',
    '/backtests/nonsense',
    '/sweeps/nonsense',
    '/campaigns/nonsense',
  ]) {
    await page.goto(path)
    await page.getByText(/There isn’t|cannot be shown/).waitFor()
  }
})

await step('GraphiQL runs its tabs as they are', async () => {
  await page.goto('/graphiql')
  const expected = [
    '"symbol": "AAPL"',
    '"downsampledFrom"',
    'ConflictProblem',
    '"pValue"',
    '"startBacktest": {',
    '"SUCCEEDED"',
    '"now"',
    '"pairsTested": 6',
    '"setCount": 18',
    '"pairCount": 1',
    '"replay": true',
    '"__typename": "PairWatch"',
    '"signal"',
  ]
  for (const [index, text] of expected.entries()) {
    await page.getByRole('tab').nth(index).click()
    await page.getByRole('button', { name: /^Execute query/ }).click()
    await page.waitForFunction(
      (wanted) =>
        globalThis.__MONACO?.editor
          .getModels()
          .some((model) => model.getValue().includes(wanted) && model.uri.path.includes('response')),
      text,
    )
  }
})

await step('a pair is forgotten after asking', async () => {
  await page.goto('/pairs/KO/PEP')
  page.once('dialog', (dialog) => dialog.accept())
  await page.getByRole('button', { name: 'Forget this pair' }).click()
  await page.getByText('You keep no pair yet').waitFor()
})

await passwordPath({ page, context, step, heading, overflow, faults })

await step('the session ends with a press', async () => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await heading('Sign in to TITAN').waitFor()
})

await context.close()
await browser.close()
console.log(`${passed} passed`)
