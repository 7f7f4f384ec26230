/** What the server says of imports, for tests of pages. */
import { SHELL } from './testing'

export const PREVIEW = {
  __typename: 'ImportPreview',
  format: 'CSV',
  layout: 'SINGLE',
  columns: [
    { __typename: 'ColumnMeaning', role: 'time', name: 'Date' },
    { __typename: 'ColumnMeaning', role: 'close', name: 'Price' },
  ],
  ignored: [],
  symbols: [],
  header: ['Date', 'Price', 'Fix'],
  rows: [['2024-01-02 09:30', '10', '11']],
}

export const importJob = (state: string, error: object | null = null) => ({
  __typename: 'Job',
  id: 'j',
  kind: 'markets.import',
  state,
  attempts: 1,
  error,
  progress: {
    __typename: 'JobProgress',
    done: 5,
    total: 10,
    fraction: 0.5,
    message: 'Reading the file',
    etaSeconds: 2,
  },
  subject: { __typename: 'BarImport', id: 'i', fileName: 'wti.csv' },
  createdAt: '2026-01-01T00:00:00Z',
  startedAt: null,
  finishedAt: null,
})

export const importReport = (run: object, more: object = {}) => ({
  __typename: 'Query',
  node: {
    __typename: 'BarImport',
    id: 'i',
    fileName: 'wti.csv',
    createdAt: '2026-01-01T00:00:00Z',
    job: run,
    refusal: null,
    understanding: null,
    outcome: null,
    datasets: [],
    ...more,
  },
})

export const ANSWERS = {
  ...SHELL,
  Imports: () => ({
    __typename: 'Query',
    imports: {
      __typename: 'BarImportConnection',
      nodes: [],
      pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
      totalCount: 0,
    },
  }),
  ImportMarkets: () => ({
    __typename: 'Query',
    markets: { __typename: 'MarketConnection', nodes: [] },
  }),
  ImportPreview: () => ({ __typename: 'Query', importPreview: PREVIEW }),
  ImportBars: () => ({
    __typename: 'Mutation',
    importBars: { __typename: 'BarImport', id: 'i', job: importJob('QUEUED') },
  }),
}
