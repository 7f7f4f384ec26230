import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { open, SHELL, serve } from '@/testing'

const leg = (symbol: string) => ({ __typename: 'Instrument', id: symbol, symbol })
const PAIR = { __typename: 'Pair', id: 'p', y: leg('KO'), x: leg('PEP') }
const PAGE_INFO = { __typename: 'PageInfo', hasNextPage: false, endCursor: null }

const alert = (id: string, more: object = {}) => ({
  __typename: 'Alert',
  id,
  kind: 'Z_SCORE',
  message: `KO/PEP: |z| is 2.${id}, above 2`,
  cursor: `c${id}`,
  barTime: '2022-01-03T00:00:00Z',
  replay: true,
  raisedAt: new Date().toISOString(),
  acknowledgedAt: null,
  delivery: { __typename: 'AlertDelivery', state: 'NONE', attempts: 0, lastError: null },
  rule: { __typename: 'AlertRule', id: 'r', name: 'Wide' },
  pair: PAIR,
  ...more,
})

const rule = (more: object = {}) => ({
  __typename: 'AlertRule',
  id: 'r',
  name: 'Wide',
  kind: 'Z_SCORE',
  side: 'ABOVE',
  threshold: 2,
  margin: 0.2,
  enabled: true,
  armed: true,
  webhookUrl: null,
  pair: PAIR,
  ...more,
})

const connection = (typename: string, nodes: object[]) => ({
  __typename: typename,
  nodes,
  pageInfo: PAGE_INFO,
  totalCount: nodes.length,
})

const answers = (alerts: () => object[], rules: () => object[] = () => []) => ({
  ...SHELL,
  Alerts: () => ({ __typename: 'Query', alerts: connection('AlertConnection', alerts()) }),
  UnseenAlerts: () => ({
    __typename: 'Query',
    unseen: { __typename: 'AlertConnection', totalCount: alerts().length },
    newest: { __typename: 'AlertConnection', nodes: alerts().slice(0, 1) },
  }),
  AlertRules: () => ({ __typename: 'Query', alertRules: connection('AlertRuleConnection', rules()) }),
  RuleSubjects: () => ({
    __typename: 'Query',
    watchedPairs: {
      __typename: 'PairWatchConnection',
      nodes: [{ __typename: 'PairWatch', id: 'w', timeframe: 'D1', falseAlarmBars: 2520, pair: PAIR }],
    },
  }),
})

test('an acknowledged alert leaves the list of new ones, and the count', async () => {
  let unseen = [alert('1')]
  const server = serve({
    ...answers(() => unseen),
    AcknowledgeAlert: () => {
      unseen = []
      const acknowledgedAt = '2026-01-01T00:00:00Z'
      return { acknowledgeAlert: { __typename: 'Alert', id: '1', acknowledgedAt } }
    },
  })
  open('/alerts', server)
  expect(await screen.findByRole('link', { name: '1 new alert' })).toBeTruthy()
  fireEvent.click(await screen.findByRole('button', { name: /^Acknowledge: KO\/PEP/ }))
  expect(await screen.findByText('No new alerts')).toBeTruthy()
  expect(await screen.findByRole('link', { name: 'No new alerts' })).toBeTruthy()
  expect(server.asked['Alerts']?.[0]).toMatchObject({ where: { acknowledged: { eq: false } } })
})

test('an alert that is raised is told on every page, politely, and counted', async () => {
  const known = [alert('1')]
  const server = serve(answers(() => known))
  open('/nowhere', server)
  await screen.findByRole('link', { name: '1 new alert' })
  known.unshift(alert('2', { replay: false }))
  act(() => server.push('AlertRaised', { __typename: 'Subscription', alertRaised: alert('2') }))
  const toasts = screen.getByRole('region', { name: 'New alerts' })
  expect(toasts.getAttribute('aria-live')).toBe('polite')
  expect(await within(toasts).findByText('KO/PEP: |z| is 2.2, above 2')).toBeTruthy()
  expect(await screen.findByRole('link', { name: '2 new alerts' })).toBeTruthy()
  known.unshift(alert('3'))
  act(() => server.push('AlertRaised', { __typename: 'Subscription', alertRaised: alert('3') }))
  expect(await screen.findByRole('link', { name: '3 new alerts' })).toBeTruthy()
  for (const button of within(toasts).getAllByRole('button', { name: 'Dismiss' })) fireEvent.click(button)
  expect(within(toasts).queryByText(/above 2/)).toBeNull()
})

test('of an avalanche only the last are shown', async () => {
  const server = serve(answers(() => [alert('0')]))
  open('/nowhere', server)
  await screen.findByRole('link', { name: '1 new alert' })
  act(() => {
    for (const id of ['1', '2', '3', '4', '5'])
      server.push('AlertRaised', { __typename: 'Subscription', alertRaised: alert(id) })
  })
  const toasts = screen.getByRole('region', { name: 'New alerts' })
  expect(await within(toasts).findByText('and 2 more')).toBeTruthy()
  expect(within(toasts).getAllByRole('button', { name: 'Dismiss' })).toHaveLength(3)
})

test('a failed delivery says why', async () => {
  const delivery = { __typename: 'AlertDelivery', state: 'FAILED', attempts: 8, lastError: 'HTTP 500' }
  open('/alerts?show=all', serve(answers(() => [alert('1', { delivery, rule: null })])))
  expect(await screen.findByText('Webhook failed')).toBeTruthy()
  expect(screen.getByText('8 attempts: HTTP 500')).toBeTruthy()
  expect(screen.getByText(/the rule was removed/)).toBeTruthy()
})

const form = () => screen.findByRole('form', { name: 'New rule' })

test('a rule is made under its usual name, and its secret is shown once', async () => {
  const server = serve({
    ...answers(() => []),
    CreateAlertRule: () => ({
      __typename: 'Mutation',
      createAlertRule: {
        __typename: 'CreatedAlertRule',
        rule: {
          __typename: 'AlertRule',
          id: 'r',
          name: 'KO/PEP: |z| above 2',
          webhookUrl: 'https://example.com/',
        },
        webhookSecret: 'whsec_abc',
      },
    }),
  })
  open('/alerts?pair=p', server)
  const fields = within(await form())
  fireEvent.change(fields.getByLabelText('Webhook'), { target: { value: 'https://example.com/' } })
  fireEvent.click(fields.getByRole('button', { name: 'Create rule' }))
  expect(await screen.findByText('whsec_abc')).toBeTruthy()
  expect(server.asked['CreateAlertRule']).toEqual([
    {
      input: {
        pairId: 'p',
        kind: 'Z_SCORE',
        side: 'ABOVE',
        name: 'KO/PEP: |z| above 2',
        threshold: 2,
        margin: null,
        webhookUrl: 'https://example.com/',
      },
    },
  ])
  fireEvent.click(screen.getByRole('button', { name: 'I have kept it' }))
  expect(screen.queryByText('whsec_abc')).toBeNull()
})

test('decay has no threshold and states its false alarms; a refusal stands beside its field', async () => {
  const message = 'A name has 1 to 100 printable characters'
  const server = serve({
    ...answers(() => []),
    CreateAlertRule: () => ({
      createAlertRule: {
        __typename: 'InvalidInputProblem',
        code: 'NAME_INVALID',
        message,
        path: ['input', 'name'],
      },
    }),
  })
  open('/alerts', server)
  const fields = within(await form())
  fireEvent.change(fields.getByLabelText('Look at'), { target: { value: 'DECAY' } })
  expect(fields.getByText(/at most one false alarm in 2,520 daily bars on average/)).toBeTruthy()
  expect(fields.queryByLabelText(/^Threshold/)).toBeNull()
  fireEvent.click(fields.getByRole('button', { name: 'Create rule' }))
  expect((await fields.findByRole('alert')).textContent).toBe(message)
  expect(fields.getByLabelText('Name').getAttribute('aria-invalid')).toBe('true')
})

test('a rule is switched off', async () => {
  const server = serve({
    ...answers(
      () => [],
      () => [rule()],
    ),
    UpdateAlertRule: () => ({
      updateAlertRule: { __typename: 'AlertRule', id: 'r', enabled: false, armed: true },
    }),
  })
  open('/alerts', server)
  const button = await screen.findByRole('switch', { name: 'Rule Wide' })
  expect(screen.getByText('|z| above 2')).toBeTruthy()
  fireEvent.click(button)
  await waitFor(() => expect(button.getAttribute('aria-checked')).toBe('false'))
  expect(screen.getByText('Silent')).toBeTruthy()
  expect(server.asked['UpdateAlertRule']).toEqual([{ id: 'r', enabled: false }])
})
