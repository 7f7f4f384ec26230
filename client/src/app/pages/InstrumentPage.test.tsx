import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import type { Bar, Span } from '@/lib/bars'
import { open, SHELL, serve } from '@/testing'

interface Drawn {
  label: string
  bars: Bar[]
  marks: { text: string }[]
  focus: Span | undefined
  onVisible: (span: Span) => void
}

vi.mock('@/components/charts/BarChart', () => ({
  BarChart: ({ label, bars, marks, focus, onVisible }: Drawn) => (
    <div role="img" aria-label={label}>
      <output aria-label="drawn">{bars.map(({ close }) => close).join(' ')}</output>
      <output aria-label="marks">{marks.map(({ text }) => text).join(' ')}</output>
      <output aria-label="focus">
        {focus ? `${new Date(focus.from * 1000).toISOString().slice(0, 10)}` : ''}
      </output>
      <button type="button" onClick={() => onVisible({ from: 10 * 86_400, to: 12 * 86_400 })}>
        zoom
      </button>
    </div>
  ),
}))

const DAY = 86_400_000
const INSTRUMENT = {
  __typename: 'Instrument',
  id: '1',
  symbol: 'AAPL',
  name: 'Apple',
  currency: 'USD',
  kind: 'EQUITY',
  synthetic: false,
  barCount: 3,
  firstBar: '1970-01-01T00:00:00Z',
  lastBar: '1970-02-10T00:00:00Z',
  timeframes: ['D1'],
  market: { __typename: 'Market', id: 'm', name: 'US equities' },
  quality: {
    __typename: 'DataQuality',
    grade: 'CHECK',
    calendar: 'XNYS',
    findings: [
      {
        __typename: 'QualityFinding',
        kind: 'GAP',
        start: '2000-09-29T00:00:00Z',
        end: '2000-10-03T00:00:00Z',
        count: 3,
        message: '3 sessions have no bar',
      },
    ],
    findingsLeftOff: 0,
  },
  corporateActions: [
    { __typename: 'CorporateAction', kind: 'SPLIT', exDate: '1970-01-11', value: 2, source: 'yahoo' },
    { __typename: 'CorporateAction', kind: 'DIVIDEND', exDate: '1970-01-21', value: 0.5, source: 'yahoo' },
  ],
}

const series = (days: number[], close: number[], downsampledFrom: number | null) => ({
  __typename: 'Query',
  node: {
    __typename: 'Instrument',
    id: '1',
    bars: {
      __typename: 'BarSeries',
      count: days.length,
      time: days.map((day) => day * DAY),
      open: null,
      high: null,
      low: null,
      close,
      volume: null,
      downsampledFrom,
      adjustment: 'TOTAL_RETURN',
    },
  },
})

const dataset = (revision: number) => ({
  __typename: 'Dataset',
  id: `d${revision}`,
  revision,
  contentHash: `${revision}abcdef0123456789`,
  provider: 'csv',
  source: `aapl-${revision}.csv`,
  synthetic: false,
  adjustment: 'RAW',
  barCount: 3,
  firstBar: '1970-01-01T00:00:00Z',
  lastBar: '1970-02-10T00:00:00Z',
  createdAt: '2026-01-01T00:00:00Z',
})

const values = (close: number) => ({
  __typename: 'BarValues',
  open: null,
  high: null,
  low: null,
  close,
  volume: null,
})

const ANSWERS = {
  ...SHELL,
  Instrument: () => ({ __typename: 'Query', instrument: INSTRUMENT }),
  InstrumentBars: ({ from }: Record<string, unknown>) =>
    from ? series([9, 10, 11, 12, 13], [5, 6, 7, 8, 9], null) : series([0, 20, 40], [1, 2, 3], 41),
  Revisions: () => ({
    __typename: 'Query',
    node: {
      __typename: 'Instrument',
      id: '1',
      datasets: {
        __typename: 'DatasetConnection',
        nodes: [dataset(2), dataset(1)],
        pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
        totalCount: 2,
      },
    },
  }),
  DatasetDiff: ({ id }: Record<string, unknown>) => ({
    __typename: 'Query',
    node: {
      __typename: 'Dataset',
      id,
      diff: {
        __typename: 'DatasetDiff',
        added: 0,
        removed: 0,
        changed: 1,
        actionsChanged: true,
        bars: [
          { __typename: 'BarChange', time: '1970-01-01T00:00:00Z', before: values(1), after: values(1.5) },
        ],
      },
    },
  }),
}

test('the chart draws few points, and more where one zooms in', async () => {
  const server = serve(ANSWERS)
  open('/instruments/AAPL', server)
  expect(await screen.findByRole('img', { name: 'Bars of AAPL, 1 day each' })).toBeTruthy()
  expect(screen.getByText('3 points of 41 bars are drawn; zooming in loads more of them.')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'zoom' }))
  await waitFor(() => expect(screen.getByLabelText('drawn').textContent).toBe('1 5 6 7 8 9 2 3'))
  expect(server.asked['InstrumentBars']).toEqual([
    { id: '1', timeframe: 'D1', adjustment: 'TOTAL_RETURN', from: null, to: null, maxPoints: 1000 },
    {
      id: '1',
      timeframe: 'D1',
      adjustment: 'TOTAL_RETURN',
      from: '1970-01-10T00:00:00.000Z',
      to: '1970-01-15T00:00:00.000Z',
      maxPoints: 1000,
    },
  ])
})

test('splits and dividends are marked and listed', async () => {
  open('/instruments/AAPL', serve(ANSWERS))
  expect((await screen.findByLabelText('marks')).textContent).toBe('S 2 for 1 D')
  const card = screen.getByRole('region', { name: 'Splits and dividends' })
  expect(
    within(card)
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent),
  ).toEqual(['Dividend 0.5000Jan 21, 1970, yahoo', 'Split 2 for 1Jan 11, 1970, yahoo'])
})

test('the adjustment is in the address, and a source that adjusted more is said', async () => {
  const server = serve(ANSWERS)
  const router = open('/instruments/AAPL', server)
  fireEvent.click(await screen.findByRole('button', { name: 'As traded' }))
  expect(await screen.findByText(/The source has already corrected its prices/)).toBeTruthy()
  expect(router.state.location.search).toEqual({ adjustment: 'RAW' })
  expect(server.asked['InstrumentBars']?.at(-1)).toMatchObject({ adjustment: 'RAW' })
  expect(screen.getByRole('button', { name: 'As traded' }).getAttribute('aria-pressed')).toBe('true')
})

test('a finding moves the chart to its days', async () => {
  open('/instruments/AAPL', serve(ANSWERS))
  fireEvent.click(
    await screen.findByRole('button', { name: 'Show missing bars of Sep 29, 2000 on the chart' }),
  )
  await waitFor(() => expect(screen.getByLabelText('focus').textContent).toBe('2000-08-15'))
})

test('two revisions are compared', async () => {
  const server = serve(ANSWERS)
  open('/instruments/AAPL', server)
  expect(
    await screen.findByText('1 bar changed, 0 added, 0 removed; splits or dividends differ too.'),
  ).toBeTruthy()
  expect(server.asked['DatasetDiff']).toEqual([{ id: 'd1', other: 'd2' }])
  const differing = screen.getByRole('region', { name: 'Bars that differ' })
  expect(within(differing).getAllByRole('row').at(-1)?.textContent).toBe('Jan 1, 1970close 1 → 1.5')
  fireEvent.change(screen.getByLabelText('From'), { target: { value: 'd2' } })
  expect(await screen.findByText('Choose two revisions.')).toBeTruthy()
})

test('a symbol that is none is said to be none', async () => {
  open(
    '/instruments/NOPE',
    serve({ ...ANSWERS, Instrument: () => ({ __typename: 'Query', instrument: null }) }),
  )
  expect(await screen.findByText('There isn’t an instrument NOPE')).toBeTruthy()
})
