/** What a portfolio was asked to do, in words. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Recap, RecapLine } from '@/components/Recap'
import { writeCosts, writeStops, writeZScore } from '@/features/backtests/specWords'
import { hedgeWords } from '@/features/pairs/hedgeMethods'
import { graphql } from '@/graphql/tada'
import { formatCount, formatNumber } from '@/lib/numbers'
import { formatPeriod } from '@/lib/periods'

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

export function PortfolioSpecRecap({ spec: masked }: { spec: FragmentOf<typeof PortfolioSpecFields> }) {
  const spec = readFragment(PortfolioSpecFields, masked)
  return (
    <Recap>
      <RecapLine name="Formation">{formatPeriod(spec.formation)}</RecapLine>
      <RecapLine name="Trading">{formatPeriod(spec.trading)}</RecapLine>
      <RecapLine name="Capital">
        {formatCount(spec.capital)}, each pair {formatNumber(spec.gross)} × its share
      </RecapLine>
      <RecapLine name="Weights">
        {spec.allocation === 'EQUAL' ? 'equal' : 'inverse to each pair’s volatility in formation'}
      </RecapLine>
      <RecapLine name="Limit per name">
        {spec.nameLimit === null ? 'none' : `${formatNumber(spec.nameLimit)} × equity at an entry`}
      </RecapLine>
      <RecapLine name="Hedge ratios">
        {hedgeWords(spec.hedge).label}, from {spec.prices === 'LOG' ? 'log prices' : 'prices'}
      </RecapLine>
      <RecapLine name="z-scores from">{writeZScore(spec.zScore, spec.window)}</RecapLine>
      <RecapLine name="Enter, leave at |z|">
        {formatNumber(spec.entry)}, {formatNumber(spec.exit)}
      </RecapLine>
      <RecapLine name="Give up">{writeStops(spec.stop, spec.maxHold)}</RecapLine>
      <RecapLine name="Commission, slippage, borrow">{writeCosts(spec)}</RecapLine>
    </Recap>
  )
}
