/** Steps of the path about live pairs: watch, tick, a rule that fires, a cut that loses nothing. */
import assert from 'node:assert/strict'
import { SIZES } from './browser.mjs'

const SAMPLE = ['KO/PEP', 'XOM/CVX', 'JPM/BAC']

/** Relay a page's socket, cut it on demand, and remember what went through. */
async function relay(page) {
  const seen = { subscribed: [], ticks: [], cut: false, socket: undefined, onTick: () => {} }
  await page.routeWebSocket(/\/graphql$/, (route) => {
    seen.socket = route
    if (seen.cut) return route.close({ code: 1012 })
    const server = route.connectToServer()
    route.onMessage((message) => {
      const { type, payload } = JSON.parse(message)
      if (type === 'subscribe' && payload.query.includes('PairTicks')) seen.subscribed.push(payload.variables)
      server.send(message)
    })
    server.onMessage((message) => {
      // A relayed socket outlives the page's own.
      if (seen.cut || seen.socket !== route) return
      const { payload } = JSON.parse(message)
      route.send(message)
      if (!payload?.data?.pairTicks) return
      seen.ticks.push(payload.data.pairTicks)
      seen.onTick()
    })
  })
  return seen
}

/** Resolves when so many ticks came. */
const ticked = (seen, count) =>
  new Promise((done) => {
    seen.onTick = () => seen.ticks.length >= count && done()
    seen.onTick()
  })

/** Every pair's numbers follow each other. */
function assertGapless(ticks) {
  for (const id of new Set(ticks.map(({ pair }) => pair.id))) {
    const seqs = ticks.filter(({ pair }) => pair.id === id).map(({ seq }) => seq)
    assert.deepEqual(
      seqs,
      seqs.map((_, index) => seqs[0] + index),
    )
  }
}

export async function livePath({ page, context, step, heading, overflow }) {
  const card = (name) => page.getByRole('article', { name, exact: true })

  await step('an empty live board starts with one press', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Live', exact: true }).click()
    await heading('Live').waitFor()
    await page.getByText(/^Replay of /).waitFor()
    await page.getByRole('button', { name: 'Watch three sample pairs' }).click()
    for (const name of SAMPLE) await card(name).waitFor()
  })

  await step('watched pairs tick, and say that they are a replay', async () => {
    const board = card('KO/PEP')
    await board.getByText('Replay', { exact: true }).waitFor()
    await board.getByText(/^(just now|\d+ s ago)$/).waitFor()
    const gauge = board.getByRole('img', { name: /^z-score [+−]?\d+\.\d\d, exit 0\.50, entry 2\.00$/ })
    await gauge.waitFor()
    const line = board.getByRole('img', { name: /^Last \d+ z-scores of KO\/PEP$/ }).locator('path')
    const [before, path] = [await board.innerText(), await line.getAttribute('d')]
    await page.waitForFunction(
      ([text, drawn]) => {
        const article = document.querySelector('article[aria-label="KO/PEP"]')
        return article.innerText !== text && article.querySelector('svg path').getAttribute('d') !== drawn
      },
      [before, path],
    )
  })

  await step('a cut connection resumes after the last tick, and loses none', async () => {
    const watcher = await context.newPage()
    const seen = await relay(watcher)
    await watcher.goto('/live')
    await watcher.getByRole('article', { name: 'KO/PEP' }).waitFor()
    await ticked(seen, 6)
    seen.cut = true
    await seen.socket.close({ code: 1012 })
    await watcher.getByText('Reconnecting', { exact: true }).waitFor()
    const last = seen.ticks.at(-1).cursor
    const before = seen.ticks.length
    seen.cut = false
    await ticked(seen, before + 6)
    assert.equal(seen.subscribed.at(-1).after, last)
    assertGapless(seen.ticks)
    await watcher.close()
  })

  await step('a rule on the z-score raises an alert, told on every page', async () => {
    await card('KO/PEP').getByRole('link', { name: 'Alert me' }).click()
    await heading('Alerts').waitFor()
    const form = page.getByRole('form', { name: 'New rule' })
    await form.getByLabel('Threshold').fill('0.001')
    await form.getByRole('button', { name: 'Create rule' }).click()
    await page.getByText('“KO/PEP: |z| above 0.001” looks out from the next bar on.').waitFor()
    // Within the page: a reload would take the alert for one that was there before.
    await page.getByRole('navigation').getByRole('link', { name: 'Jobs', exact: true }).click()
    await heading('Jobs').waitFor()
    await page
      .getByRole('region', { name: 'New alerts' })
      .getByText(/^KO\/PEP: \|z\| is .*, above 0\.001$/)
      .waitFor()
    await page.getByRole('link', { name: '1 new alert' }).click()
    await heading('Alerts').waitFor()
  })

  await step('an alert is acknowledged and leaves the list of new ones', async () => {
    await page.getByRole('button', { name: 'Dismiss' }).click()
    const list = page.getByRole('region', { name: 'My alerts' })
    await list.getByRole('button', { name: /^Acknowledge: KO\/PEP/ }).click()
    await page.getByText('No new alerts').waitFor()
    await page.getByRole('link', { name: 'No new alerts' }).waitFor()
    await page.getByRole('button', { name: 'All', exact: true }).click()
    await page.waitForURL(/show=all/)
    await list
      .getByText(/^Seen /)
      .first()
      .waitFor()
  })

  await step('a refused webhook says why beside its field', async () => {
    const form = page.getByRole('form', { name: 'New rule' })
    await form.getByText('Margin and webhook').click()
    await form.getByLabel('Webhook').fill('https://127.0.0.1/hook')
    await form.getByRole('button', { name: 'Create rule' }).click()
    await form.getByRole('alert').waitFor()
    assert.equal(await form.getByLabel('Webhook').getAttribute('aria-invalid'), 'true')
  })

  await step('a rule is switched off and removed', async () => {
    await page.getByRole('switch', { name: /^Rule KO\/PEP/ }).click()
    await page.getByRole('switch', { name: /^Rule KO\/PEP/, checked: false }).waitFor()
    page.once('dialog', (dialog) => dialog.accept())
    await page.getByRole('button', { name: /^Remove KO\/PEP/ }).click()
    await page.getByText('No rules yet').waitFor()
  })

  await step('the live board and the alerts fit on a phone', async () => {
    await page.setViewportSize(SIZES.narrow)
    for (const path of ['/live', '/alerts?show=all', '/pairs/KO/PEP', '/portfolios']) {
      await page.goto(path)
      await page.locator('h1').waitFor()
      await page.waitForLoadState('networkidle')
      assert.ok((await overflow()) <= 0, `${path} is ${await overflow()} px too wide`)
    }
    await page.setViewportSize(SIZES.wide)
  })

  await step('pairs are watched no more', async () => {
    await page.goto('/live')
    for (const name of SAMPLE) {
      await page.getByRole('button', { name: `Stop watching ${name}` }).click()
      await card(name).waitFor({ state: 'detached' })
    }
    await page.getByText('You watch no pair yet').waitFor()
    for (const name of SAMPLE.slice(1)) {
      await page.goto(`/pairs/${name}`)
      page.once('dialog', (dialog) => dialog.accept())
      await page.getByRole('button', { name: 'Forget this pair' }).click()
      await page.waitForURL(/\/pairs$/)
    }
  })
}
