import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { open, serve } from '@/testing'
import { page, RESULT } from '@/testingBacktest'

vi.mock('@/components/charts/TimeChart', () => ({
  TimeChart: ({ label }: { label: string }) => <p>{label}</p>,
}))

const profits = () =>
  [...screen.getByRole('region', { name: 'Table of trades' }).querySelectorAll('tbody td:nth-child(9)')].map(
    ({ textContent }) => textContent,
  )

test('trades are sorted by a press on a column’s head, and by another press the other way round', async () => {
  const server = serve({ ...page('SUCCEEDED'), ...RESULT })
  open('/backtests/b', server)
  const head = await screen.findByRole('button', { name: /^Profit/ })
  expect(profits()).toEqual(['+$20', '−$5', '+$90'])
  fireEvent.click(head)
  await waitFor(() => expect(profits()).toEqual(['+$90', '+$20', '−$5']))
  expect(head.closest('th')?.getAttribute('aria-sort')).toBe('descending')
  fireEvent.click(head)
  await waitFor(() => expect(profits()).toEqual(['−$5', '+$20', '+$90']))
  const orders = new Set(server.asked['Trades']?.map(({ orderBy }) => orderBy))
  expect([...orders]).toEqual(['ENTRY_ASC', 'PROFIT_DESC', 'PROFIT_ASC'])
})

test('the parts of the profit are shown with sums that end at the profit', async () => {
  open('/backtests/b', serve({ ...page('SUCCEEDED'), ...RESULT }))
  const table = await screen.findByRole('table', { name: 'Attribution of the profit' })
  const rows = [...table.querySelectorAll('tr')].map((row) =>
    [...row.querySelectorAll('td')].slice(0, 3).map(({ textContent }) => textContent),
  )
  expect(rows.slice(1)).toEqual([
    ['Prices of KO', '−$1,584.79', '−$1,584.79'],
    ['Prices of PEP', '+$17,315.00', '+$15,730.21'],
    ['Re-hedging', '$0.00', '+$15,730.21'],
    ['Commission', '−$172.98', '+$15,557.23'],
    ['Slippage', '−$345.96', '+$15,211.27'],
    ['Borrow fees', '$0.00', '+$15,211.27'],
    ['Dividends', '$0.00', '+$15,211.27'],
    ['Profit, the sum', '+$15,211.27', '+$15,211.27'],
  ])
})

test('leak check, trials, manifest and exports say what the result rests on', async () => {
  open('/backtests/b', serve({ ...page('SUCCEEDED'), ...RESULT }))
  expect(await screen.findByText(/at 2 places\. Nothing before any of them changed\./)).toBeTruthy()
  expect(screen.getByText(/the pair was chosen by hindsight/)).toBeTruthy()
  expect(screen.getByRole('link', { name: 'See the scan' }).getAttribute('href')).toBe('/scans/s')
  expect(await screen.findByText(/^Tried 73\. It does not stand out/)).toBeTruthy()
  expect(screen.getByText('Data of X, revision 2').nextSibling?.textContent).toBe('bb')
  const files = ['Trades as CSV', 'Equity as Parquet', 'Report as HTML'].map((name) =>
    screen.getByRole('link', { name }).getAttribute('href'),
  )
  expect(files).toEqual([
    '/exports/backtests/b/trades.csv',
    '/exports/backtests/b/equity.parquet',
    '/exports/backtests/b/report.html',
  ])
})
