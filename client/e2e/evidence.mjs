/** The second half of the path: sweep a pair, open a cell, read what its result rests on, compare, walk forward. */
import assert from 'node:assert/strict'
import { SIZES } from './browser.mjs'

const PERIODS =
  'formationStart=2012-01-30&formationEnd=2017-01-31&tradingStart=2017-01-31&tradingEnd=2022-12-28'

/** Steps that need the pair KO/PEP and one backtest of it. */
export async function evidencePath({ page, step, heading, figure, overflow }) {
  const succeeded = () => page.locator('h1').getByText('Succeeded', { exact: true }).waitFor()
  const rows = (name) => page.getByRole('region', { name, exact: true }).locator('tbody tr')
  const seen = {}
  /** Whether the bars of a waterfall sum to its last one, as shown and exactly. */
  const addsUp = async (name, count) => {
    const table = page.getByRole('table', { name })
    await table.waitFor()
    const amount = async (cell, attribute) => Number(await cell.getAttribute(attribute))
    const parts = await table.locator('[data-part]').all()
    assert.equal(parts.length, count)
    const amounts = await Promise.all(parts.map((part) => amount(part, 'data-part')))
    const sum = amounts.reduce((total, one) => total + one, 0)
    const total = await amount(table.locator('[data-total]'), 'data-total')
    assert.ok(Math.abs(sum - total) < 1e-6, `${sum} is not ${total}`)
    const [, shown, running] = await table.locator('tfoot td').allInnerTexts()
    assert.equal(shown, running)
  }

  await step('a sweep says how many sets it has before it starts', async () => {
    await page.goto(`/sweeps?pair=KO/PEP&${PERIODS}`)
    await page.getByText('132 parameter sets will be run').waitFor()
    await page.getByLabel('z-score windows, bars').fill('formation, 60')
    await page.getByText('88 parameter sets will be run').waitFor()
    await page.getByRole('button', { name: 'Start sweep' }).click()
    await page.waitForURL(/\/sweeps\/[^/?]+$/)
    seen.sweep = new URL(page.url()).pathname
    await succeeded()
  })

  await step('the sweep says how far its best set can be believed', async () => {
    await page
      .getByText(/is matched by the best of the same sweep on prices without any pull in \d+%/)
      .waitFor()
    await page.getByText(/ends below the median of the other half in \d+% of splits/).waitFor()
    assert.match(await figure('Tried').innerText(), /^\d+$/)
  })

  await step('the map is read by keyboard, and a cell opens as a backtest', async () => {
    const map = page.getByRole('application', { name: 'Sharpe ratio by entry and exit, 9 by 5' })
    await map.focus()
    await map.press('Home')
    await page.getByText(/^Entry [\d.]+, exit 0: −?\d\.\d\d$/).waitFor()
    await map.press('ArrowRight')
    const reading = await page.getByText(/^Entry [\d.]+, exit 0\.25: −?\d\.\d\d$/).innerText()
    const { width, height } = await map.locator('canvas').boundingBox()
    assert.ok(width > 200 && height > 100, `the map is ${width} × ${height}`)
    await page.getByLabel('Sets that share a cell').selectOption({ label: 'The best of them' })
    await page.waitForURL(/reduce=BEST/)
    await map.press('Enter')
    await page.getByRole('button', { name: 'Open as a backtest' }).click()
    await page.waitForURL(/\/backtests\/[^/?]+$/)
    await succeeded()
    const [, entry] = reading.match(/^Entry ([\d.]+)/)
    const asked = page
      .locator('dt', { hasText: 'Enter, leave at |z|' })
      .locator('xpath=following-sibling::dd[1]')
    assert.equal(await asked.innerText(), `${Number(entry).toFixed(2)}, 0.25`)
  })

  await step('the best set opens with the Sharpe ratio that the sweep gave it', async () => {
    await page.goto(seen.sweep)
    const best = rows('Table of best sets').first()
    await best.waitFor()
    const cells = await best.locator('td').allInnerTexts()
    await page.getByRole('button', { name: 'Open set 1 as a backtest' }).click()
    await page.waitForURL(/\/backtests\/[^/?]+$/)
    await succeeded()
    seen.backtest = new URL(page.url()).pathname
    const sharpe = await figure('Sharpe ratio').innerText()
    assert.ok(cells.includes(sharpe), `the sweep said ${cells.join(' ')}, the backtest ${sharpe}`)
    await page.goto(seen.sweep)
    await page.getByRole('button', { name: 'Open set 1 as a backtest' }).click()
    await page.waitForURL(`**${seen.backtest}`)
  })

  await step('the attribution adds up to the profit', async () => {
    await addsUp('Attribution of the profit', 7)
  })

  await step('the run is clean, counted, and says what it rests on', async () => {
    await page.getByText(/Nothing before any of them changed\.$/).waitFor()
    await page.getByText(/^Tried \d+\. It (stands|does not stand) out/).waitFor()
    await page.getByText('Manifest: data, code, parameters, seed').click()
    await page.getByText('Data of X, revision 1').waitFor()
  })

  await step('trades are sorted by their profit', async () => {
    const answered = page.waitForResponse((one) => one.request().postData()?.includes('PROFIT_DESC') ?? false)
    await page.getByRole('button', { name: /^Profit/ }).click()
    const { data } = await (await answered).json()
    const best = String(data.node.trades.nodes[0].number)
    await rows('Table of trades').first().locator('td').first().getByText(best, { exact: true }).waitFor()
    const profits = (await rows('Table of trades').locator('td:nth-child(9)').allInnerTexts()).map((text) =>
      Number(text.replace('−', '-').replace(/[^\d.-]/g, '')),
    )
    assert.ok(profits.length > 1)
    assert.deepEqual(
      profits,
      profits.toSorted((a, b) => b - a),
    )
  })

  await step('the files of a run can be taken away', async () => {
    const starts = {
      'Trades as CSV': 'y,x,direction',
      'Equity as Parquet': 'PAR1',
      'Trades as JSON': '[',
      'Report as HTML': '<!',
    }
    for (const [name, start] of Object.entries(starts)) {
      const answer = await page.request.get(await page.getByRole('link', { name }).getAttribute('href'))
      assert.equal(answer.status(), 200, name)
      assert.match(answer.headers()['content-disposition'], /^attachment/)
      const text = (await answer.body()).subarray(0, 200).toString('latin1').trimStart().toLowerCase()
      assert.ok(text.startsWith(start.toLowerCase()), `${name} begins with ${text.slice(0, 40)}`)
    }
  })

  await step('two backtests are compared', async () => {
    await page.getByRole('link', { name: 'Compare with another' }).click()
    const other = page.getByLabel('B', { exact: true })
    await other.waitFor()
    const own = await page.getByLabel('A', { exact: true }).inputValue()
    const ids = await other.locator('option').evaluateAll((options) => options.map(({ value }) => value))
    await other.selectOption(ids.findLast((id) => id !== '' && id !== own))
    await page.waitForURL(/[?&]b=/)
    seen.compare = page.url()
    await page.getByText(/^They differ in parameters, and so do their results\.$/).waitFor()
    await page.getByText(/ parts first, on /).waitFor()
    await page
      .getByRole('img', { name: 'Equity and drawdown of both backtests' })
      .locator('canvas')
      .first()
      .waitFor()
    const differences = await rows('Table of differences').allInnerTexts()
    assert.ok(differences.some((row) => /^Parameter\s+entry/.test(row) || /^Parameter\s+z_?score/i.test(row)))
    assert.ok(differences.some((row) => row.startsWith('Result')))
  })

  await step('a universe is walked forward', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Walk-forwards', exact: true }).click()
    await page.getByText(/^Every 21 bars: choose up to 5 pairs and one of 6 parameter sets/).waitFor()
    await page.getByRole('button', { name: 'Last 10 years' }).click()
    await page.getByRole('button', { name: 'Start walk-forward' }).click()
    await page.waitForURL(/\/walk-forwards\/[^/?]+$/)
    seen.walk = new URL(page.url()).pathname
    await succeeded()
    await page.getByText(/^What was chosen had a mean Sharpe ratio of/).waitFor()
    await page
      .getByRole('img', { name: /^Stitched out-of-sample equity/ })
      .locator('canvas')
      .first()
      .waitFor()
    assert.equal(await rows('Table of steps').count(), 12)
  })

  await step('pairs are run as one book, whose parts add up', async () => {
    await page.goto('/pairs/KO/PG')
    await page.getByRole('button', { name: 'Keep KO/PG' }).click()
    await heading('KO / PG').waitFor()
    await page.getByRole('navigation').getByRole('link', { name: 'Portfolios', exact: true }).click()
    await page.getByText('2 of 2 chosen').waitFor()
    await page.getByLabel('Weights').selectOption({ label: 'By volatility' })
    await page.getByLabel('Limit per name').fill('0.6')
    await page.getByRole('button', { name: 'Run portfolio' }).click()
    await page.waitForURL(/\/portfolios\/[^/?]+$/)
    seen.portfolio = new URL(page.url()).pathname
    await succeeded()
    await page.getByText(/^2 pairs as one book returned/).waitFor()
    await page
      .getByRole('img', { name: /^Equity, drawdown, exposures/ })
      .locator('canvas')
      .first()
      .waitFor()
    await addsUp('Contributions to the profit', 3)
    await page.getByText(/^Tried 1\./).waitFor()
    await page.goto('/pairs/KO/PG')
    page.once('dialog', (dialog) => dialog.accept())
    await page.getByRole('button', { name: 'Forget this pair' }).click()
    await page.waitForURL(/\/pairs$/)
  })

  await step('campaigns count what was tried', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Campaigns', exact: true }).click()
    const row = rows('Campaigns').filter({ hasText: 'KO/PEP' }).first()
    await row.getByText(/88 parameter sets of sweeps · \d backtests/).waitFor()
    await row.getByRole('link').click()
    await page.waitForURL(/\/campaigns\/[^/?]+$/)
    seen.campaign = new URL(page.url()).pathname
    await page.getByRole('heading', { name: /^Tried \d+$/ }).waitFor()
  })

  await step('jobs lead to what they made', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Jobs', exact: true }).click()
    await page.getByRole('link', { name: 'Sweep of KO/PEP', exact: true }).first().click()
    await page.waitForURL(`**${seen.sweep}`)
    await heading('Best sets').waitFor()
  })

  await step('the evidence fits on a phone', async () => {
    await page.setViewportSize(SIZES.narrow)
    const paths = [
      '/sweeps',
      seen.sweep,
      seen.backtest,
      seen.compare,
      '/walk-forwards',
      seen.walk,
      '/portfolios',
      seen.portfolio,
      '/campaigns',
      seen.campaign,
    ]
    for (const path of paths) {
      await page.goto(path)
      await page.locator('h1').waitFor()
      await page.waitForLoadState('networkidle')
      assert.ok((await overflow()) <= 0, `${path} is ${await overflow()} px too wide`)
    }
    await page.setViewportSize(SIZES.wide)
  })
}
