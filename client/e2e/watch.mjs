/** Keeps the page of jobs open in a real browser and prints, whenever it changes, what a user sees there. */
import { openBrowser, openPage, required } from './browser.mjs'

const url = required('TITAN_URL').replace(/\/$/, '')

const browser = await openBrowser()
const { page } = await openPage(browser, url)
await page.goto(required('TITAN_SIGN_IN_LINK'))
await page.getByRole('link', { name: 'Jobs', exact: true }).first().click()
await page.getByRole('heading', { name: 'Jobs', exact: true }).waitFor()
await page.exposeFunction('titanSeen', (seen) => console.log(JSON.stringify(seen)))
await page.evaluate(() => {
  let last = ''
  const look = () => {
    const rows = [
      ...document.querySelectorAll('table[aria-label="Jobs"] tbody tr, [aria-label="Jobs"] tbody tr'),
    ]
    const seen = {
      connection: document.querySelector('[role=status]')?.textContent ?? '',
      states: rows.map((row) => row.children[1]?.textContent ?? ''),
    }
    const text = JSON.stringify(seen)
    if (text === last) return
    last = text
    window.titanSeen(seen)
  }
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true })
  look()
})
// Until whoever started this closes the pipe.
process.stdin.resume()
process.stdin.on('end', async () => {
  await browser.close()
  process.exit(0)
})
