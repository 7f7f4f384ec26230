/** What a portfolio was asked to do, in words. */
import { type FragmentOf, readFragment } from 'gql.tada'
import type { ReactNode } from 'react'
import { hedgeWords } from '@/features/pairs/hedgeMethods'
import { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { formatCount, formatNumber } from '@/lib/numbers'

export const PortfolioSpecFields = graphql(`
  fragment PortfolioSpecFields on PortfolioSpec {
    formation {
      start
      end
    }
    trading {
      start
      end
    }
    prices
    hedge
    zScore
    window
    entry
    exit
    stop
    maxHold
    gross
    capital
    commissionBps
    slippageBps
    borrowBps
    allocation
    nameLimit
  }
`)

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

export function PortfolioSpecRecap({ spec: masked }: { spec: FragmentOf<typeof PortfolioSpecFields> }) {
  const spec = readFragment(PortfolioSpecFields, masked)
  return (
    <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-2 lg:grid-cols-4">
      <Line name="Formation">
        {formatDay(spec.formation.start)} – {formatDay(spec.formation.end)}
      </Line>
      <Line name="Trading">
        {formatDay(spec.trading.start)} – {formatDay(spec.trading.end)}
      </Line>
      <Line name="Capital">
        {formatCount(spec.capital)}, each pair {formatNumber(spec.gross)} × its share
      </Line>
      <Line name="Weights">
        {spec.allocation === 'EQUAL' ? 'equal' : 'inverse to each pair’s volatility in formation'}
      </Line>
      <Line name="Limit per name">
        {spec.nameLimit === null ? 'none' : `${formatNumber(spec.nameLimit)} × equity at an entry`}
      </Line>
      <Line name="Hedge ratios">
        {hedgeWords(spec.hedge).label}, from {spec.prices === 'LOG' ? 'log prices' : 'prices'}
      </Line>
      <Line name="z-scores from">
        {spec.zScore === 'FORMATION' ? 'the formation period' : `the last ${formatCount(spec.window)} bars`}
      </Line>
      <Line name="Enter, leave at |z|">
        {formatNumber(spec.entry)}, {formatNumber(spec.exit)}
      </Line>
      <Line name="Give up">
        {spec.stop === null ? 'at no z' : `at |z| above ${formatNumber(spec.stop)}`},{' '}
        {spec.maxHold === null ? 'at no age' : `after ${formatCount(spec.maxHold)} bars`}
      </Line>
      <Line name="Commission, slippage, borrow">
        {formatNumber(spec.commissionBps, 1)}, {formatNumber(spec.slippageBps, 1)} bps;{' '}
        {formatNumber(spec.borrowBps, 1)} bps per year
      </Line>
    </dl>
  )
}
