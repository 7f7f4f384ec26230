import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { open, serve } from '@/testing'
import { ANSWERS, importJob as job, importReport as report } from '@/testingImport'

test('what an import changed is summed up', async () => {
  const outcome = { __typename: 'ImportOutcome', series: 2, unchanged: 1, barsAdded: 1500, barsRestated: 3 }
  const datasets = ['WTI', 'BRENT'].map((symbol) => ({
    __typename: 'Dataset',
    id: symbol,
    instrument: { __typename: 'Instrument', id: `i${symbol}`, symbol },
  }))
  open(
    '/imports/i',
    serve({
      ...ANSWERS,
      Import: () => report(job('SUCCEEDED')),
      ImportReport: () => report(job('SUCCEEDED'), { outcome, datasets }),
    }),
  )
  expect(await screen.findByText('wti.csv is imported')).toBeTruthy()
  const figures = screen.getByText('Bars added').parentElement
  expect(figures?.textContent).toBe('Bars added1,500')
  expect(screen.getByText('Bars restated').parentElement?.textContent).toBe(
    'Bars restated3The earlier revision is kept',
  )
  expect(screen.getByRole('link', { name: 'WTI' }).getAttribute('href')).toBe('/instruments/WTI')
})

test('an import that is none is said to be none', async () => {
  open('/imports/x', serve({ ...ANSWERS, Import: () => ({ __typename: 'Query', node: null }) }))
  expect(await screen.findByText('There isn’t such an import')).toBeTruthy()
})
