/** What was asked for, in words. */
import { type FragmentOf, readFragment } from 'gql.tada'
import type { ReactNode } from 'react'
import { hedgeWords } from '@/features/pairs/hedgeMethods'
import { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { formatCount, formatMoney, formatNumber, formatPercent } from '@/lib/numbers'

export const SpecRecapFields = graphql(`
  fragment SpecRecapFields on BacktestSpec {
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
    sizing
    gross
    notional
    capital
    commissionBps
    slippageBps
    borrowBps
    rehedgeBand
    fill
    targetVolatility
    volatilityWindow
  }
`)

interface SpecRecapProps {
  spec: FragmentOf<typeof SpecRecapFields>
  currency: string
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

export function SpecRecap({ spec: masked, currency }: SpecRecapProps) {
  const spec = readFragment(SpecRecapFields, masked)
  const size = {
    GROSS: `${formatNumber(spec.gross)} × equity over both legs`,
    FIXED_NOTIONAL: `${formatMoney(spec.notional, currency)} on Y, β times that on X`,
    VOLATILITY_TARGET: `${formatPercent(spec.targetVolatility)} volatility per year over ${formatCount(spec.volatilityWindow)} bars, at most ${formatNumber(spec.gross)} × equity`,
  }[spec.sizing]
  return (
    <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-2 lg:grid-cols-4">
      <Line name="Formation">
        {formatDay(spec.formation.start)} – {formatDay(spec.formation.end)}
      </Line>
      <Line name="Trading">
        {formatDay(spec.trading.start)} – {formatDay(spec.trading.end)}
      </Line>
      <Line name="Hedge ratio">
        {hedgeWords(spec.hedge).label}, from {spec.prices === 'LOG' ? 'log prices' : 'prices'}
      </Line>
      <Line name="z-score from">
        {spec.zScore === 'FORMATION' ? 'the formation period' : `the last ${formatCount(spec.window)} bars`}
      </Line>
      <Line name="Enter, leave at |z|">
        {formatNumber(spec.entry)}, {formatNumber(spec.exit)}
      </Line>
      <Line name="Give up">
        {spec.stop === null ? 'at no z' : `at |z| above ${formatNumber(spec.stop)}`},{' '}
        {spec.maxHold === null ? 'at no age' : `after ${formatCount(spec.maxHold)} bars`}
      </Line>
      <Line name="Size">
        {size}, from {formatMoney(spec.capital, currency)}
      </Line>
      <Line name="Commission, slippage, borrow">
        {formatNumber(spec.commissionBps, 1)}, {formatNumber(spec.slippageBps, 1)} bps;{' '}
        {formatNumber(spec.borrowBps, 1)} bps per year
      </Line>
      <Line name="Orders fill at">the next bar’s {spec.fill === 'OPEN' ? 'open' : 'close'}</Line>
      <Line name="Re-hedged">
        {spec.rehedgeBand === null
          ? 'never within a trade'
          : `when x is off by ${formatPercent(spec.rehedgeBand)}`}
      </Line>
    </dl>
  )
}
