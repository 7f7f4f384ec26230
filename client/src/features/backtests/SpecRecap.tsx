/** What was asked for, in words. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Recap, RecapLine } from '@/components/Recap'
import { hedgeWords } from '@/features/pairs/hedgeMethods'
import { graphql } from '@/graphql/tada'
import { formatCount, formatMoney, formatNumber, formatPercent } from '@/lib/numbers'
import { formatPeriod } from '@/lib/periods'
import { writeCosts, writeStops, writeZScore } from './specWords'

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

export function SpecRecap({ spec: masked, currency }: SpecRecapProps) {
  const spec = readFragment(SpecRecapFields, masked)
  const size = {
    GROSS: `${formatNumber(spec.gross)} × equity over both legs`,
    FIXED_NOTIONAL: `${formatMoney(spec.notional, currency)} on Y, β times that on X`,
    VOLATILITY_TARGET: `${formatPercent(spec.targetVolatility)} volatility per year over ${formatCount(spec.volatilityWindow)} bars, at most ${formatNumber(spec.gross)} × equity`,
  }[spec.sizing]
  return (
    <Recap>
      <RecapLine name="Formation">{formatPeriod(spec.formation)}</RecapLine>
      <RecapLine name="Trading">{formatPeriod(spec.trading)}</RecapLine>
      <RecapLine name="Hedge ratio">
        {hedgeWords(spec.hedge).label}, from {spec.prices === 'LOG' ? 'log prices' : 'prices'}
      </RecapLine>
      <RecapLine name="z-score from">{writeZScore(spec.zScore, spec.window)}</RecapLine>
      <RecapLine name="Enter, leave at |z|">
        {formatNumber(spec.entry)}, {formatNumber(spec.exit)}
      </RecapLine>
      <RecapLine name="Give up">{writeStops(spec.stop, spec.maxHold)}</RecapLine>
      <RecapLine name="Size">
        {size}, from {formatMoney(spec.capital, currency)}
      </RecapLine>
      <RecapLine name="Commission, slippage, borrow">{writeCosts(spec)}</RecapLine>
      <RecapLine name="Orders fill at">the next bar’s {spec.fill === 'OPEN' ? 'open' : 'close'}</RecapLine>
      <RecapLine name="Re-hedged">
        {spec.rehedgeBand === null
          ? 'never within a trade'
          : `when x is off by ${formatPercent(spec.rehedgeBand)}`}
      </RecapLine>
    </Recap>
  )
}
