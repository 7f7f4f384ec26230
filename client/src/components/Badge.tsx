/** A short word about a state. */
import type { ReactNode } from 'react'
import { classes } from '@/lib/classes'

export type BadgeTone = 'plain' | 'accent' | 'gain' | 'loss' | 'warn'

const TONES: Record<BadgeTone, string> = {
  plain: 'bg-raised text-muted',
  accent: 'bg-accent-soft text-accent',
  gain: 'bg-gain-soft text-gain',
  loss: 'bg-loss-soft text-loss',
  warn: 'bg-warn-soft text-warn',
}

export function Badge({ tone = 'plain', children }: { tone?: BadgeTone; children: ReactNode }) {
  return (
    <span
      className={classes(
        'inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap',
        TONES[tone],
      )}
    >
      {children}
    </span>
  )
}
