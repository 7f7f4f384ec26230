import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { open, SHELL, serve } from '@/testing'

const MARKET = { __typename: 'Market', id: 'm', code: 'US', name: 'US equities' }
const finding = (message: string, day: string) => ({
  __typename: 'QualityFinding',
  kind: 'OUTLIER',
  start: `${day}T00:00:00Z`,
  message,
})

const KO = {
  __typename: 'Instrument',
  id: '1',
  symbol: 'KO',
  name: 'Coca-Cola',
  kind: 'EQUITY',
  synthetic: false,
  barCount: 8313,
  firstBar: '1990-01-02T00:00:00Z',
  lastBar: '2022-12-28T00:00:00Z',
  market: MARKET,
  quality: {
    __typename: 'DataQuality',
    grade: 'CHECK',
    findings: [finding('Moved +13.88%', '2008-10-13')],
    findingsLeftOff: 2,
  },
  bars: { __typename: 'BarSeries', close: [1, 2, 3] },
}
const EMPTY = {
  ...KO,
  id: '2',
  symbol: 'NEW',
  name: 'Newcomer',
  barCount: 0,
  firstBar: null,
  lastBar: null,
  quality: { __typename: 'DataQuality', grade: null, findings: [], findingsLeftOff: 0 },
  bars: { __typename: 'BarSeries', close: [] },
}

const page = (nodes: object[]) => ({
  ...SHELL,
  InstrumentExtras: () => ({ __typename: 'Query', nodes }),
  InstrumentMarkets: () => ({
    __typename: 'Query',
    markets: { __typename: 'MarketConnection', nodes: [MARKET] },
  }),
  Instruments: () => ({
    __typename: 'Query',
    instruments: {
      __typename: 'InstrumentConnection',
      nodes,
      pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
      totalCount: nodes.length,
    },
  }),
})

const rows = async () =>
  within(await screen.findByRole('table'))
    .getAllByRole('row')
    .slice(1)
    .map((row) => [...row.children].map(({ textContent }) => textContent))

test('a row says what an instrument is, how its price went and whether to rely on it', async () => {
  open('/instruments', serve(page([KO, EMPTY])))
  await screen.findByText('no data')
  expect(await rows()).toEqual([
    ['KO', 'Coca-Cola ', '', 'Check', 'Share', 'US', '8,313', 'Jan 2, 1990', 'Dec 28, 2022'],
    ['NEW', 'Newcomer ', '', 'no data', 'Share', 'US', '0', '—', '—'],
  ])
  expect(screen.getAllByRole('img').map((line) => line.getAttribute('aria-label'))).toEqual([
    'Closing prices of KO',
  ])
  expect(screen.getByRole('link', { name: 'KO' }).getAttribute('href')).toBe('/instruments/KO?market=US')
})

test('the badge tells its findings on focus and forgets them on Escape', async () => {
  open('/instruments', serve(page([KO])))
  const badge = await screen.findByRole('button', { name: 'Quality of KO: Check' })
  fireEvent.focus(badge)
  const hint = screen.getByRole('tooltip')
  expect(hint.textContent).toBe(
    'Something to look at before relying on it.Unusual move, Oct 13, 2008: Moved +13.88%and 2 more',
  )
  expect(badge.getAttribute('aria-describedby')).toBe(hint.id)
  fireEvent.keyDown(badge, { key: 'Escape' })
  expect(screen.queryByRole('tooltip')).toBeNull()
})

test('a press on a head sorts, a choice narrows, and the address says both', async () => {
  const server = serve(page([KO]))
  const router = open('/instruments', server)
  fireEvent.click(await screen.findByRole('button', { name: /^Name/ }))
  await waitFor(() =>
    expect(screen.getByRole('columnheader', { name: /^Name/ }).getAttribute('aria-sort')).toBe('ascending'),
  )
  await screen.findByRole('option', { name: 'US equities' })
  fireEvent.change(screen.getByLabelText('Market'), { target: { value: 'US' } })
  fireEvent.change(screen.getByLabelText('Kind'), { target: { value: 'EQUITY' } })
  await waitFor(() =>
    expect(router.state.location.search).toEqual({ order: 'NAME_ASC', market: 'US', kind: 'EQUITY' }),
  )
  await waitFor(() =>
    expect(server.asked['Instruments']?.at(-1)).toMatchObject({
      where: { market: { eq: 'US' }, kind: { eq: 'EQUITY' } },
      orderBy: 'NAME_ASC',
    }),
  )
})

test('where there is nothing, the way to an import is shown', async () => {
  open('/instruments', serve(page([])))
  expect(await screen.findByText('No instruments yet')).toBeTruthy()
  expect(screen.getAllByRole('link', { name: 'Import a file' })[0]?.getAttribute('href')).toBe('/data')
})

test('the list does not wait for prices and quality, and does without them', async () => {
  const server = serve({ ...page([KO]), InstrumentExtras: () => new Error('The request took too long') })
  open('/instruments', server)
  expect(await screen.findByRole('link', { name: 'KO' })).toBeTruthy()
  await waitFor(() => expect(screen.getAllByText('—')).toHaveLength(2))
  expect(server.asked['InstrumentExtras']?.[0]).toEqual({ ids: ['1'] })
})

test('a filter that nothing passes says so', async () => {
  open('/instruments?q=zzz', serve(page([])))
  expect(await screen.findByText('Nothing matches')).toBeTruthy()
})
