/** Pictures of the main pages at both sizes and in both themes, into the directory SCREENSHOTS; ONLY=sweep,scan takes some. */
import { mkdir } from 'node:fs/promises'
import { openBrowser, openPage, required, SIZES } from './browser.mjs'

const url = required('TITAN_URL').replace(/\/$/, '')
const link = required('TITAN_SIGN_IN_LINK')
const folder = process.env.SCREENSHOTS || 'screenshots'
const only = process.env.ONLY?.split(',')
const PERIODS =
  'formationStart=2012-01-30&formationEnd=2017-01-31&tradingStart=2017-01-31&tradingEnd=2022-12-28'

const browser = await openBrowser()
const first = await openPage(browser, url)
const { page } = first

/** Where the page is when its job has succeeded. */
async function succeeded(room) {
  await page.waitForURL(new RegExp(`/${room}/[^/?]+$`))
  await page.locator('h1').getByText('Succeeded', { exact: true }).waitFor()
  return new URL(page.url()).pathname
}

async function keepPair(y, x) {
  await page.goto(`/pairs/${y}/${x}?${PERIODS}`)
  const keep = page.getByRole('button', { name: `Keep ${y}/${x}` })
  await keep.or(page.getByRole('button', { name: 'Run backtest' })).waitFor()
  if (!(await keep.isVisible())) return
  await keep.click()
  await page.getByRole('heading', { name: `${y} / ${x}` }).waitFor()
}

async function runBacktest(entry) {
  await page.goto(`/pairs/KO/PEP?${PERIODS}`)
  await page.getByLabel('Enter at |z| above').fill(entry)
  await page.getByRole('button', { name: 'Run backtest' }).click()
  return succeeded('backtests')
}

async function start(room, path, button) {
  await page.goto(path)
  await page.getByText(button.ready).waitFor()
  await page.getByRole('button', { name: button.name }).click()
  return succeeded(room)
}

/** Sign in, and run one of everything; the result are the addresses. */
async function prepare() {
  await page.goto(link)
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  for (const x of ['PG', 'WMT', 'PEP']) await keepPair('KO', x)
  const backtest = await runBacktest('2')
  const other = await runBacktest('1.5')
  const scan = await start('scans', '/scans', { name: 'Start scan', ready: /tests, under a second/ })
  const sweep = await start('sweeps', `/sweeps?pair=KO/PEP&${PERIODS}`, {
    name: 'Start sweep',
    ready: /parameter sets will be run/,
  })
  const walk = await start('walk-forwards', '/walk-forwards', {
    name: 'Start walk-forward',
    ready: /^Every 21 bars/,
  })
  const portfolio = await start('portfolios', '/portfolios', {
    name: 'Run portfolio',
    ready: /of \d+ chosen/,
  })
  const [a, b] = [backtest, other].map((path) => path.split('/').at(-1))
  return { backtest, scan, sweep, walk, portfolio, compare: `/backtests/compare?a=${a}&b=${b}` }
}

/** Watch the sample pairs, and let a rule raise an alert about one of them. */
async function goLive() {
  await page.goto('/live')
  const begin = page.getByRole('button', { name: 'Watch three sample pairs' })
  const first = page.getByRole('article', { name: 'KO/PEP' })
  await begin.or(first).waitFor()
  if (await begin.isVisible()) await begin.click()
  await page.getByRole('article', { name: 'JPM/BAC' }).getByText('Replay', { exact: true }).waitFor()
  await first.getByRole('link', { name: 'Alert me' }).click()
  await page.getByLabel('Threshold, |z|').fill('0.001')
  await page.getByRole('button', { name: 'Create rule' }).click()
  await page
    .getByRole('region', { name: 'New alerts' })
    .getByText(/above 0\.001$/)
    .waitFor()
}

const made = await prepare()
await goLive()
await page.goto('/campaigns')
await page.getByRole('region', { name: 'Campaigns' }).locator('tbody a').first().click()
await page.waitForURL(/\/campaigns\/[^/?]+$/)
const campaign = new URL(page.url()).pathname
const storageState = await first.context.storageState()
const PAGES = {
  overview: '/',
  data: '/data',
  instruments: '/instruments',
  instrument: '/instruments/KO',
  universes: '/universes',
  pairs: '/pairs',
  pair: `/pairs/KO/PEP?${PERIODS}`,
  scans: '/scans',
  scan: made.scan,
  explore: '/scans/explore',
  backtest: made.backtest,
  backtests: '/backtests',
  compare: made.compare,
  sweeps: `/sweeps?pair=KO/PEP&${PERIODS}`,
  sweep: made.sweep,
  'walk-forwards': '/walk-forwards',
  'walk-forward': made.walk,
  portfolios: '/portfolios',
  portfolio: made.portfolio,
  campaigns: '/campaigns',
  campaign,
  live: '/live',
  alerts: '/alerts',
  jobs: '/jobs',
  account: '/account',
  graphiql: '/graphiql',
}

await mkdir(folder, { recursive: true })
let taken = 0

async function take(shot, name, path) {
  await shot.goto(path)
  await shot.waitForLoadState('networkidle')
  if (name === 'graphiql') await shot.getByRole('button', { name: /^Execute query/ }).click()
  await shot.waitForLoadState('networkidle')
  await shot.waitForFunction(() => !document.querySelector('[aria-hidden].animate-pulse'))
  // Canvases are drawn in the frames after their data came.
  await shot.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  return shot
}

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark']) {
    const {
      page: shot,
      context,
      faults,
    } = await openPage(browser, url, { viewport, colorScheme, storageState })
    for (const [name, path] of Object.entries(PAGES)) {
      if (only && !only.includes(name)) continue
      await take(shot, name, path)
      const fullPage = name !== 'graphiql'
      await shot.screenshot({ path: `${folder}/${name}-${size}-${colorScheme}.png`, fullPage })
      taken += 1
    }
    await context.close()
    for (const fault of faults) console.error(`${size} ${colorScheme}: ${fault}`)
    if (only && !only.includes('sign-in')) continue
    const visitor = await openPage(browser, url, { viewport, colorScheme })
    await take(visitor.page, 'sign-in', '/')
    await visitor.page.screenshot({ path: `${folder}/sign-in-${size}-${colorScheme}.png` })
    await visitor.context.close()
    taken += 1
  }
}
await browser.close()
console.log(`${taken} screenshots in ${folder}`)
