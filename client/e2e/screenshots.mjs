/** Pictures of the main pages at both sizes and in both themes, into the directory SCREENSHOTS. */
import { mkdir } from 'node:fs/promises'
import { openBrowser, openPage, required, SIZES } from './browser.mjs'

const url = required('TITAN_URL').replace(/\/$/, '')
const link = required('TITAN_SIGN_IN_LINK')
const folder = process.env.SCREENSHOTS || 'screenshots'
const PERIODS =
  'formationStart=2012-01-30&formationEnd=2017-01-31&tradingStart=2017-01-31&tradingEnd=2022-12-28'

const browser = await openBrowser()
const first = await openPage(browser, url)
const { page } = first

/** Sign in, keep KO/PEP and run one backtest; the result is its address. */
async function prepare() {
  await page.goto(link)
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.goto(`/pairs/KO/PEP?${PERIODS}`)
  const create = page.getByRole('button', { name: 'Create KO/PEP' })
  const run = page.getByRole('button', { name: 'Run backtest' })
  await create.or(run).waitFor()
  if (await create.isVisible()) {
    await create.click()
    await page.getByRole('heading', { name: 'KO / PEP' }).waitFor()
    await page.goto(`/pairs/KO/PEP?${PERIODS}`)
  }
  await run.click()
  await page.waitForURL(/\/backtests\/[^/?]+$/)
  await page.locator('h1').getByText('Succeeded', { exact: true }).waitFor()
  return new URL(page.url()).pathname
}

const backtest = await prepare()
const storageState = await first.context.storageState()
const PAGES = {
  overview: '/',
  data: '/data',
  instruments: '/instruments',
  instrument: '/instruments/KO',
  universes: '/universes',
  pairs: '/pairs',
  pair: `/pairs/KO/PEP?${PERIODS}`,
  backtest,
  backtests: '/backtests',
  jobs: '/jobs',
  graphiql: '/graphiql',
}

await mkdir(folder, { recursive: true })
let taken = 0

async function take(shot, name, path) {
  await shot.goto(path)
  await shot.waitForLoadState('networkidle')
  if (name === 'graphiql') await shot.getByRole('button', { name: /^Execute query/ }).click()
  await shot.waitForLoadState('networkidle')
  // Canvases are drawn in the frames after their data came.
  await shot.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  return shot
}

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark']) {
    const { page: shot, context } = await openPage(browser, url, { viewport, colorScheme, storageState })
    for (const [name, path] of Object.entries(PAGES)) {
      await take(shot, name, path)
      const fullPage = name !== 'graphiql'
      await shot.screenshot({ path: `${folder}/${name}-${size}-${colorScheme}.png`, fullPage })
      taken += 1
    }
    await context.close()
    const visitor = await openPage(browser, url, { viewport, colorScheme })
    await take(visitor.page, 'sign-in', '/')
    await visitor.page.screenshot({ path: `${folder}/sign-in-${size}-${colorScheme}.png` })
    await visitor.context.close()
    taken += 1
  }
}
await browser.close()
console.log(`${taken} screenshots in ${folder}`)
