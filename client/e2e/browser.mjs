/** A headless Chromium for the end-to-end path and the screenshots. */
import { chromium } from 'playwright-core'

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
]

export const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } }

/** The value of an environment variable, or an end with one clear line. */
export function required(name) {
  const value = process.env[name]
  if (value) return value
  console.error(`${name} is not set`)
  process.exit(2)
}

export const openBrowser = () =>
  chromium.launch({
    executablePath: process.env.TITAN_CHROMIUM || process.env.CHROMIUM_PATH || '/usr/bin/chromium',
    args: FLAGS,
  })

/** A page that remembers what went wrong in it: uncaught errors, console errors, and requests to elsewhere. */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({
    baseURL: url,
    locale: 'en-GB',
    viewport: SIZES.wide,
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const faults = []
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()} ${message.location().url}`)
  })
  page.on('response', async (response) => {
    if (response.status() < 500) return
    const body = await response.text().catch(() => '(no body)')
    faults.push(`${response.status()}: ${response.request().postData() ?? response.url()} answered ${body}`)
  })
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (protocol.startsWith('http') && host !== new URL(url).host)
      faults.push(`foreign request: ${request.url()}`)
  })
  return { page, context, faults }
}
