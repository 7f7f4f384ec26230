/** Where the P&L came from: parts whose running sum ends at the result. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Card } from '@/components/Card'
import { graphql } from '@/graphql/tada'
import { formatProfit } from '@/lib/numbers'
import { WaterfallTable } from './WaterfallTable'

export const AttributionFields = graphql(`
  fragment AttributionFields on Attribution {
    priceY
    priceX
    hedgeDrift
    commission
    slippage
    borrow
    dividends
    total
  }
`)

interface AttributionCardProps {
  attribution: FragmentOf<typeof AttributionFields>
  y: string
  x: string
  currency: string
}

export function AttributionCard({ attribution: masked, y, x, currency }: AttributionCardProps) {
  const parts = readFragment(AttributionFields, masked)
  const amounts = [
    [`Prices of ${y}`, parts.priceY],
    [`Prices of ${x}`, parts.priceX],
    ['Re-hedging', parts.hedgeDrift],
    ['Commission', parts.commission],
    ['Slippage', parts.slippage],
    ['Borrow fees', parts.borrow],
    ['Dividends', parts.dividends],
  ] as const
  return (
    <Card title="Where the profit came from" hint="Each part begins where the one before it ended." flush>
      <WaterfallTable
        label="Attribution of the profit"
        what="Part"
        parts={amounts.map(([name, amount]) => ({ key: name, name, amount }))}
        total={parts.total}
        money={(value) => formatProfit(value, currency, 2)}
      />
    </Card>
  )
}
