/** Steps of the path about data: files that are refused and imported, instruments, universes, a cut connection. */
import assert from 'node:assert/strict'

const DAY_MS = 86_400_000
const START = Date.UTC(2022, 0, 3)

/** A CSV of weekdays; `cell` may put something else into a row's close. */
function csvOf(days, cell = (close) => close) {
  const rows = ['Date,Open,High,Low,Close,Volume']
  for (let k = 0; rows.length <= days; k += 1) {
    const moment = new Date(START + k * DAY_MS)
    if (moment.getUTCDay() % 6 === 0) continue
    const close = 50 + Math.sin(k / 9) * 5
    const row = rows.length
    const [high, low] = [close + 1, close - 1].map((price) => price.toFixed(2))
    rows.push(
      [
        moment.toISOString().slice(0, 10),
        close.toFixed(2),
        high,
        low,
        cell(close.toFixed(2), row),
        1000 + row,
      ].join(),
    )
  }
  return `${rows.join('\n')}\n`
}

const fileOf = (name, text) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })

/** Send a file and wait until its first rows are shown. */
async function send(page, name, text) {
  await page.locator('input[type=file]').setInputFiles(fileOf(name, text))
  await page.getByRole('button', { name: `Import ${name}` }).waitFor()
  await page.getByRole('region', { name: 'First rows of the file' }).waitFor()
}

/** Import a series of that symbol into the market US. */
async function importAs(page, symbol, name, text) {
  await send(page, name, text)
  await page.getByLabel('Market', { exact: true }).fill('US')
  await page.getByLabel('Symbol of these bars').fill(symbol)
  await page.getByRole('button', { name: `Import ${name}` }).click()
}

async function refusedFile({ page }) {
  await page.goto('/data')
  await send(
    page,
    'wrong.csv',
    csvOf(30, (close, row) => (row === 5 ? 'oops' : close)),
  )
  assert.equal(await page.getByLabel('Close', { exact: true }).inputValue(), 'Close')
  await page.getByRole('button', { name: 'Import wrong.csv' }).click()
  await page.getByText('Nothing of wrong.csv was imported').waitFor()
  const row = page.getByRole('region', { name: 'Wrong rows', exact: true }).locator('tbody tr')
  await row.waitFor()
  assert.match(await row.innerText(), /^6\s+Close\s+oops\s+.*\s+NUMBER_INVALID$/)
}

async function importedFile({ page }) {
  await importAs(page, 'ZETA', 'zeta.csv', csvOf(400))
  await page.getByText('zeta.csv is imported').waitFor()
  const added = page.locator('dt', { hasText: 'Bars added' }).locator('xpath=following-sibling::dd[1]')
  assert.equal(await added.innerText(), '400')
  await importAs(
    page,
    'ZETA',
    'zeta-restated.csv',
    csvOf(400, (close, row) => (row === 200 ? (Number(close) + 0.07).toFixed(2) : close)),
  )
  await page.getByText('zeta-restated.csv is imported').waitFor()
  const rows = page.getByRole('region', { name: 'Imports', exact: true }).locator('tbody tr')
  assert.match(await rows.first().innerText(), /zeta-restated\.csv\s+Succeeded\s+0 bars added, 1 restated/)
}

async function instrumentPage({ page }) {
  await page.getByRole('navigation').getByRole('link', { name: 'Instruments', exact: true }).click()
  await page.getByRole('searchbox', { name: 'Search instruments' }).fill('zeta')
  await page.waitForURL(/\?q=zeta$/)
  await page.getByRole('link', { name: 'ZETA', exact: true }).click()
  await page.getByRole('img', { name: 'Bars of ZETA, 1 day each' }).locator('canvas').first().waitFor()
  await page.getByText('All 400 bars are drawn.').waitFor()
  await page.getByText('1 bar changed, 0 added, 0 removed.').waitFor()
  assert.equal(
    await page.getByRole('region', { name: 'Revisions', exact: true }).locator('tbody tr').count(),
    2,
  )
  await page.getByRole('button', { name: 'As traded' }).click()
  await page.waitForURL(/adjustment=RAW/)
}

async function finerBars({ page }) {
  await page.goto('/instruments/KO')
  await page.getByText(/^1,000 points of [\d,]+ bars are drawn/).waitFor()
  const finer = page.waitForRequest((request) => /"from":"\d{4}/.test(request.postData() ?? ''))
  await page
    .getByRole('button', { name: /^Show unusual move of .* on the chart$/ })
    .first()
    .click()
  await finer
  await page.getByText(/^1,(?!000)\d{3} points of [\d,]+ bars are drawn/).waitFor()
}

async function universe({ page }) {
  await page.getByRole('navigation').getByRole('link', { name: 'Universes', exact: true }).click()
  const form = page.getByRole('form', { name: 'New universe' })
  await form.getByLabel('Name').fill('Drinks')
  await form.getByRole('combobox', { name: 'Symbol' }).fill('KO, PEP')
  await form.getByRole('button', { name: 'Add' }).click()
  await form.getByLabel('Members from').fill('2015-01-01')
  await form.getByRole('button', { name: 'Create universe' }).click()
  const members = page.getByRole('region', { name: 'Members of Drinks' }).locator('tbody tr')
  await members.first().waitFor()
  assert.equal(await members.count(), 2)
  page.once('dialog', (dialog) => dialog.accept())
  await page.getByRole('button', { name: 'Forget this universe' }).click()
  await page.getByText('No universes yet').waitFor()
}

/** Another page loses its socket, misses a job, and shows it once it is connected again. */
async function cutConnection({ page, context }) {
  const watcher = await context.newPage()
  let cut = false
  let socket
  await watcher.routeWebSocket(/\/graphql$/, (route) => {
    socket = route
    if (cut) route.close({ code: 1012 })
    else route.connectToServer()
  })
  await watcher.goto('/jobs')
  await watcher.getByRole('status').getByText('Live', { exact: true }).waitFor()
  const rows = watcher.getByRole('region', { name: 'Jobs', exact: true }).locator('tbody tr')
  await rows.first().waitFor()
  const before = await rows.count()
  cut = true
  await socket.close({ code: 1012 })
  await watcher.getByText('Reconnecting', { exact: true }).waitFor()
  await page.goto('/data')
  await importAs(page, 'ETA', 'eta.csv', csvOf(60))
  await page.getByText('eta.csv is imported').waitFor()
  await watcher.getByText(/^Stale since \d\d:\d\d:\d\d$/).waitFor()
  assert.equal(await rows.count(), before)
  cut = false
  await watcher.getByRole('status').getByText('Live', { exact: true }).waitFor()
  await watcher.waitForFunction(
    (count) => document.querySelectorAll('section[aria-label="Jobs"] tbody tr').length > count,
    before,
  )
  await watcher.close()
}

export const DATA_STEPS = [
  ['a file with a wrong row is refused, and says which', refusedFile],
  ['a file is imported, and restated by another', importedFile],
  ['an instrument shows its bars and what two revisions tell differently', instrumentPage],
  ['a finding moves the chart, and finer bars are loaded', finerBars],
  ['a universe is made and forgotten', universe],
  ['a cut connection is said, and nothing is missed after it', cutConnection],
]
