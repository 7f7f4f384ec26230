import { fireEvent, screen, within } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { open, SHELL, serve } from '@/testing'

vi.mock('@/components/charts/BarChart', () => ({ BarChart: () => null }))

const INSTRUMENT = {
  __typename: 'Instrument',
  id: '1',
  symbol: 'AAPL',
  name: 'Apple',
  currency: 'USD',
  kind: 'EQUITY',
  synthetic: false,
  barCount: 0,
  firstBar: null,
  lastBar: null,
  timeframes: [],
  market: { __typename: 'Market', id: 'm', name: 'US equities' },
  quality: { __typename: 'DataQuality', grade: 'GOOD', calendar: 'XNYS', findings: [], findingsLeftOff: 0 },
  corporateActions: [
    { __typename: 'CorporateAction', kind: 'DIVIDEND', exDate: '1970-01-21', value: 0.5, source: 'yahoo' },
  ],
}

const ANSWERS = {
  ...SHELL,
  InstrumentBars: () => ({ __typename: 'Query', node: null }),
  Revisions: () => ({ __typename: 'Query', node: null }),
}

test('a split is added by hand, and what cannot be is said beside its field', async () => {
  const added = {
    __typename: 'CorporateAction',
    kind: 'SPLIT',
    exDate: '1970-02-01',
    value: 1.5,
    source: 'by hand',
  }
  const refused = {
    __typename: 'InvalidInputProblem',
    code: 'ACTION_INVALID',
    message: 'A split of 1 is not possible',
  }
  const path = ['input', 'actions', '0', 'value']
  let known = INSTRUMENT.corporateActions
  const server = serve({
    ...ANSWERS,
    Instrument: () => ({ __typename: 'Query', instrument: { ...INSTRUMENT, corporateActions: known } }),
    AddAction: ({ input }: Record<string, unknown>) => {
      if (!JSON.stringify(input).includes('"value":1.5'))
        return { __typename: 'Mutation', importCorporateActions: { ...refused, path } }
      known = [...known, added]
      const changed = { __typename: 'Instrument', id: '1', corporateActions: known }
      return { __typename: 'Mutation', importCorporateActions: changed }
    },
  })
  open('/instruments/AAPL', server)
  const form = within(await screen.findByRole('form', { name: 'Add a split or a dividend', hidden: true }))
  fireEvent.change(form.getByLabelText('What happened'), { target: { value: 'SPLIT' } })
  fireEvent.change(form.getByLabelText('Ex-date'), { target: { value: '1970-02-01' } })
  const say = (value: string) => {
    fireEvent.change(form.getByLabelText('New shares for old'), { target: { value } })
    fireEvent.click(form.getByRole('button', { name: 'Add', hidden: true }))
  }
  say('many')
  expect(await form.findByText(/Write 4 or 4:1/)).toBeTruthy()
  expect(server.asked['AddAction']).toBeUndefined()
  say('1')
  expect(await form.findByText('A split of 1 is not possible')).toBeTruthy()
  say('3:2')
  expect(await screen.findByText('Split 1.5 for 1')).toBeTruthy()
  expect(server.asked['AddAction']?.at(-1)).toEqual({
    input: {
      instrumentId: '1',
      source: 'by hand',
      actions: [{ kind: 'SPLIT', exDate: '1970-02-01', value: 1.5 }],
    },
  })
})
