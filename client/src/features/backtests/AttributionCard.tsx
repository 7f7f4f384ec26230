/** Where the P&L came from: parts whose running sum ends at the result. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Card } from '@/components/Card'
import { Td, Th } from '@/components/Table'
import { graphql } from '@/graphql/tada'
import { classes } from '@/lib/classes'
import { formatProfit, tone } from '@/lib/numbers'
import { type WaterfallBar, waterfall } from '@/lib/waterfall'
import { TONE_TEXT } from './tones'

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

const FILLS = { gain: 'bg-gain', loss: 'bg-loss', plain: 'bg-muted' } as const

function Bar({ bar, zero, total = false }: { bar: WaterfallBar; zero: number; total?: boolean }) {
  return (
    <span aria-hidden="true" className="relative block h-4 w-full min-w-12">
      <span className="absolute inset-y-0 w-px bg-line-strong" style={{ left: `${100 * zero}%` }} />
      <span
        className={classes(
          'absolute inset-y-0.5 min-w-px rounded-xs',
          FILLS[tone(bar.amount)],
          !total && 'opacity-80',
        )}
        style={{ left: `${100 * bar.left}%`, width: `${100 * bar.width}%` }}
      />
    </span>
  )
}

interface AttributionCardProps {
  attribution: FragmentOf<typeof AttributionFields>
  y: string
  x: string
  currency: string
}

export function AttributionCard({ attribution: masked, y, x, currency }: AttributionCardProps) {
  const parts = readFragment(AttributionFields, masked)
  const names = [
    [`Prices of ${y}`, parts.priceY],
    [`Prices of ${x}`, parts.priceX],
    ['Re-hedging', parts.hedgeDrift],
    ['Commission', parts.commission],
    ['Slippage', parts.slippage],
    ['Borrow fees', parts.borrow],
    ['Dividends', parts.dividends],
  ] as const
  const { bars, total, zero } = waterfall(names.map(([, amount]) => amount))
  const money = (value: number) => formatProfit(value, currency, 2)
  return (
    <Card title="Where the profit came from" hint="Each part begins where the one before it ended." flush>
      <div className="overflow-x-auto pb-2">
        <table className="w-full text-sm" aria-label="Attribution of the profit">
          <thead className="border-y border-line bg-raised/60 text-xs text-muted">
            <tr>
              <Th>Part</Th>
              <Th end>Amount</Th>
              <Th end className="hidden sm:table-cell">
                Sum so far
              </Th>
              <Th className="w-1/2">
                <span className="sr-only">Drawn</span>
              </Th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {bars.map((bar, place) => (
              <tr key={names[place]?.[0]}>
                <Td>{names[place]?.[0]}</Td>
                <Td end className={TONE_TEXT[tone(bar.amount)]} data-part={bar.amount}>
                  {money(bar.amount)}
                </Td>
                <Td end className="hidden text-muted sm:table-cell">
                  {money(bar.sum)}
                </Td>
                <Td>
                  <Bar bar={bar} zero={zero} />
                </Td>
              </tr>
            ))}
          </tbody>
          <tfoot className="border-t-2 border-line-strong font-semibold">
            <tr>
              <Td>Profit, the sum</Td>
              <Td end className={TONE_TEXT[tone(parts.total)]} data-total={parts.total}>
                {money(parts.total)}
              </Td>
              <Td end className="hidden sm:table-cell">
                {money(total.sum)}
              </Td>
              <Td>
                <Bar bar={total} zero={zero} total />
              </Td>
            </tr>
          </tfoot>
        </table>
      </div>
    </Card>
  )
}
