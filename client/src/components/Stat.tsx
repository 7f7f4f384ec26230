/** A figure with its name; without a value it says why. */
import type { ReactNode } from 'react'
import { classes } from '@/lib/classes'

interface StatProps {
  name: string
  value: ReactNode
  detail?: ReactNode
  tone?: 'gain' | 'loss' | 'plain'
}

const TONES = { gain: 'text-gain', loss: 'text-loss', plain: 'text-ink' }

export function Stat({ name, value, detail, tone = 'plain' }: StatProps) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className={classes('text-lg leading-snug font-semibold', TONES[tone])}>{value}</dd>
      {detail && <dd className="text-xs text-muted">{detail}</dd>}
    </div>
  )
}

/** Figures side by side, as many as fit. */
export function StatGrid({ children }: { children: ReactNode }) {
  return (
    <dl className="grid grid-cols-2 gap-x-5 gap-y-4 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-5">
      {children}
    </dl>
  )
}

interface EstimateLike {
  value: number | null
  low?: number | null
  high?: number | null
  reason: string | null
}

interface EstimateStatProps {
  name: string
  estimate: EstimateLike
  write: (value: number) => string
  tone?: 'gain' | 'loss' | 'plain'
}

/** An estimate: its value and 95% interval, or a dash and the reason. */
export function EstimateStat({ name, estimate, write, tone = 'plain' }: EstimateStatProps) {
  const { value, low, high, reason } = estimate
  if (value === null) return <Stat name={name} value="—" detail={reason ?? 'No value'} />
  const interval =
    low === null || low === undefined || high === null || high === undefined
      ? undefined
      : `95%: ${write(low)} to ${write(high)}`
  return <Stat name={name} value={write(value)} detail={interval} tone={tone} />
}
