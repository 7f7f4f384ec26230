/** The figures of a live pair under its z-score. */

import { formatDay, formatUtcMinute } from '@/lib/dates'
import { formatNumber, formatSigned } from '@/lib/numbers'
import { decayWords } from './liveWords'

interface LiveFiguresProps {
  spread: number | null
  hedgeRatio: number | null
  halfLife: number | null
  decay: number | null
  barTime: string | null
  daily: boolean
}

export function LiveFigures({ spread, hedgeRatio, halfLife, decay, barTime, daily }: LiveFiguresProps) {
  const bar = barTime === null ? '—' : daily ? formatDay(barTime) : formatUtcMinute(Date.parse(barTime))
  const figures: [name: string, value: string, meaning?: string][] = [
    ['Spread', formatSigned(spread, 4)],
    ['Hedge β', formatNumber(hedgeRatio, 3)],
    ['Half-life', halfLife === null ? '—' : `${formatNumber(halfLife, 1)} bars`],
    ['Decay', decayWords(decay), 'Evidence that the spread no longer comes back; at 100% it is an alarm'],
    ['Bar', bar],
  ]
  return (
    <dl className="grid grid-cols-[repeat(auto-fit,minmax(9.5rem,1fr))] gap-x-4 gap-y-1 text-sm">
      {figures.map(([name, value, meaning]) => (
        <div key={name} title={meaning} className="flex min-w-0 items-baseline justify-between gap-2">
          <dt className="text-muted">{name}</dt>
          <dd className="text-right">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
