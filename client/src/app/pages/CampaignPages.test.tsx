import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { open, SHELL, serve } from '@/testing'
import { answer, listOf } from '@/testingAnswers'

const CAMPAIGN = {
  __typename: 'Campaign',
  id: 'c',
  name: 'KO/PEP, 2012-01-30 … 2017-01-31',
  tried: 134,
  trials: [
    { __typename: 'TrialShare', kind: 'SWEEP', tried: 132 },
    { __typename: 'TrialShare', kind: 'BACKTEST', tried: 2 },
  ],
  createdAt: '2026-01-01T00:00:00Z',
}

test('campaigns are listed with what was tried by kind', async () => {
  open(
    '/campaigns',
    serve({ ...SHELL, Campaigns: answer({ campaigns: listOf('CampaignConnection', [CAMPAIGN]) }) }),
  )
  expect(await screen.findByText('132 parameter sets of sweeps · 2 backtests')).toBeTruthy()
  expect(screen.getByRole('link', { name: CAMPAIGN.name }).getAttribute('href')).toBe('/campaigns/c')
})

test('without campaigns the page says where they come from', async () => {
  open('/campaigns', serve({ ...SHELL, Campaigns: answer({ campaigns: listOf('CampaignConnection', []) }) }))
  expect(await screen.findByText('Nothing was tried yet')).toBeTruthy()
})

test('a campaign shows its shares', async () => {
  open('/campaigns/c', serve({ ...SHELL, Campaign: answer({ node: CAMPAIGN }) }))
  expect(await screen.findByRole('heading', { name: 'Tried 134' })).toBeTruthy()
  const shares = screen.getAllByRole('listitem').map(({ textContent }) => textContent)
  expect(shares).toEqual(['132 parameter sets of sweeps99%', '2 backtests1%'])
})

test('a campaign that is none is said to be none', async () => {
  open('/campaigns/c', serve({ ...SHELL, Campaign: answer({ node: null }) }))
  expect(await screen.findByText('There isn’t such a campaign')).toBeTruthy()
})
