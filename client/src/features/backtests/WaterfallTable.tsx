/** Amounts in rows with a waterfall beside them: each bar begins where the one before it ended, the last is the sum. */
import type { ReactNode } from 'react'
import { Td, Th } from '@/components/Table'
import { classes } from '@/lib/classes'
import { tone } from '@/lib/numbers'
import { type WaterfallBar, waterfall } from '@/lib/waterfall'
import { TONE_TEXT } from './tones'

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

export interface Part {
  key: string
  name: ReactNode
  amount: number
}

interface WaterfallTableProps {
  label: string
  /** What a row is, as the head of the first column. */
  what: string
  parts: readonly Part[]
  /** The sum as the server has it. */
  total: number
  money: (value: number) => string
}

export function WaterfallTable({ label, what, parts, total: profit, money }: WaterfallTableProps) {
  const { bars, total, zero } = waterfall(parts.map(({ amount }) => amount))
  return (
    <div className="overflow-x-auto pb-2">
      <table className="w-full text-sm" aria-label={label}>
        <thead className="border-y border-line bg-raised/60 text-xs text-muted">
          <tr>
            <Th>{what}</Th>
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
            <tr key={parts[place]?.key}>
              <Td>{parts[place]?.name}</Td>
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
            <Td end className={TONE_TEXT[tone(profit)]} data-total={profit}>
              {money(profit)}
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
  )
}
