import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Sent } from '@/graphql/uploads'
import { open, serve } from '@/testing'
import { ANSWERS, importJob as job, PREVIEW, importReport as report } from '@/testingImport'

const sending = vi.hoisted(() => ({
  answer: (_: Sent) => {},
  progress: (_: number) => {},
  aborted: false,
}))

vi.mock('@/graphql/uploads', () => ({
  sendFile: ({ onProgress, abort }: { onProgress: (fraction: number) => void; abort: AbortSignal }) => {
    sending.progress = onProgress
    abort.addEventListener('abort', () => {
      sending.aborted = true
    })
    return new Promise<Sent>((resolve) => {
      sending.answer = resolve
    })
  },
}))

beforeEach(() => {
  sending.aborted = false
})

const REFUSED = job('FAILED', {
  __typename: 'JobError',
  code: 'PRICE_NOT_POSITIVE',
  message: 'Row 3 is wrong',
})
const ROW = { row: 3, column: 'Price', code: 'PRICE_NOT_POSITIVE', value: '-36.98', message: 'No price' }

async function choose(name = 'wti.csv') {
  const picker = await screen.findByLabelText(/Drop a file|drop or choose/)
  fireEvent.change(picker, { target: { files: [new File(['Date,Price'], name)] } })
}

async function keep() {
  await choose()
  sending.answer({ kept: { id: 'u', name: 'wti.csv' } })
  return await screen.findByRole('button', { name: 'Import wti.csv' })
}

test('a file is sent with its progress, and sending can be stopped', async () => {
  open('/data', serve(ANSWERS))
  expect(await screen.findByText('No imports yet')).toBeTruthy()
  await choose()
  sending.progress(0.25)
  await waitFor(() =>
    expect(screen.getByRole('progressbar', { name: 'Sending wti.csv' }).getAttribute('aria-valuenow')).toBe(
      '25',
    ),
  )
  fireEvent.click(screen.getByRole('button', { name: 'Stop' }))
  expect(sending.aborted).toBe(true)
  expect(screen.queryByRole('progressbar')).toBeNull()
})

test('a file that is not taken says why', async () => {
  open('/data', serve(ANSWERS))
  await choose('huge.csv')
  sending.answer({ refused: 'A file has at most 64 MiB.' })
  expect((await screen.findByRole('alert')).textContent).toBe(
    'huge.csv was not takenA file has at most 64 MiB.',
  )
})

test('a dropped file is sent as well', async () => {
  open('/data', serve(ANSWERS))
  const zone = (await screen.findByLabelText(/Drop a file/)).parentElement as HTMLElement
  fireEvent.drop(zone, { dataTransfer: { files: [new File(['x'], 'dropped.csv')] } })
  expect(await screen.findByText('Sending dropped.csv')).toBeTruthy()
})

test('the guess is shown and corrected; what was said goes to the server', async () => {
  const server = serve({ ...ANSWERS, ImportReport: () => report(job('RUNNING')) })
  open('/data', server)
  const button = await keep()
  await screen.findByRole('region', { name: 'First rows of the file' })
  const close = screen.getByLabelText<HTMLSelectElement>('Close')
  expect(close.value).toBe('Price')
  fireEvent.change(close, { target: { value: 'Fix' } })
  await waitFor(() =>
    expect(server.asked['ImportPreview']?.at(-1)).toMatchObject({
      input: { uploadId: 'u', columns: [{ role: 'close', name: 'Fix' }] },
    }),
  )
  fireEvent.change(screen.getByLabelText('Market'), { target: { value: 'us' } })
  fireEvent.click(await screen.findByRole('button', { name: 'The times are in America/New_York' }))
  fireEvent.change(screen.getByLabelText('Timeframe'), { target: { value: 'M5' } })
  fireEvent.change(screen.getByLabelText('Symbol of these bars'), { target: { value: 'wti' } })
  fireEvent.click(button)
  expect(await screen.findByText('Reading the file')).toBeTruthy()
  expect(screen.getByText('5 of 10 · about 2.0 s left')).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Cancel' })).toBeTruthy()
  expect(server.asked['ImportBars']).toMatchObject([
    {
      input: {
        uploadId: 'u',
        market: 'US',
        symbol: 'WTI',
        timeframe: 'M5',
        timezone: 'America/New_York',
        columns: [{ role: 'close', name: 'Fix' }],
        accept: [],
      },
    },
  ])
})

test('a problem stands beside its field', async () => {
  const problem = { message: 'There is no market XX', code: 'MARKET_UNKNOWN', path: ['input', 'market'] }
  open(
    '/data',
    serve({
      ...ANSWERS,
      ImportBars: () => ({ importBars: { __typename: 'InvalidInputProblem', ...problem } }),
    }),
  )
  fireEvent.click(await keep())
  expect((await screen.findByRole('alert')).textContent).toBe('There is no market XX')
  expect(screen.getByLabelText('Market').getAttribute('aria-invalid')).toBe('true')
})

test('wrong rows are shown where the file was sent, and what is true can be confirmed', async () => {
  let run: object = report(job('RUNNING'))
  const server = serve({ ...ANSWERS, ImportReport: () => run })
  open('/data', server)
  fireEvent.click(await keep())
  await screen.findByText('Reading the file')
  run = report(REFUSED, {
    refusal: { __typename: 'FileRefusal', total: 12, rows: [{ __typename: 'RowError', ...ROW }] },
  })
  server.push('JobsChanged', { __typename: 'Subscription', jobsChanged: REFUSED })
  const rows = await screen.findByRole('region', { name: 'Wrong rows' })
  expect(
    within(rows)
      .getAllByRole('row')
      .map(({ textContent }) => textContent),
  ).toEqual(['RowColumnValueWhat is wrongCode', '3Price-36.98No pricePRICE_NOT_POSITIVE'])
  expect(screen.getByText(/^12 rows are wrong; the first 1 are shown/)).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: /^Prices of zero or less are real: import again/ }))
  await waitFor(() =>
    expect(server.asked['ImportBars']?.at(-1)).toMatchObject({ input: { accept: ['PRICE_NOT_POSITIVE'] } }),
  )
})

test('a file that was imported is put away, and its result stays', async () => {
  const outcome = { __typename: 'ImportOutcome', series: 1, unchanged: 0, barsAdded: 9, barsRestated: 0 }
  open('/data', serve({ ...ANSWERS, ImportReport: () => report(job('SUCCEEDED'), { outcome }) }))
  fireEvent.click(await keep())
  expect(await screen.findByText('wti.csv is imported')).toBeTruthy()
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Import wti.csv' })).toBeNull())
  expect(screen.getByText('Drop a file, or choose one')).toBeTruthy()
})

test('a first look that nobody answered is taken again', async () => {
  let away = true
  open(
    '/data',
    serve({
      ...ANSWERS,
      ImportPreview: () => (away ? new Error('away') : { __typename: 'Query', importPreview: PREVIEW }),
    }),
  )
  await keep()
  expect(await screen.findByText('There was no first look at the file')).toBeTruthy()
  away = false
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('region', { name: 'First rows of the file' })).toBeTruthy()
})
