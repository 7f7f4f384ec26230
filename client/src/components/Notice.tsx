/** A message in the page: plain, a warning, or a problem. */
import type { ReactNode } from 'react'
import { classes } from '@/lib/classes'

type Tone = 'info' | 'warning' | 'problem'

const TONES: Record<Tone, string> = {
  info: 'border-line-strong bg-raised text-ink',
  warning: 'border-warn/40 bg-warn-soft text-ink',
  problem: 'border-loss/40 bg-loss-soft text-ink',
}

interface NoticeProps {
  tone?: Tone
  title?: string | undefined
  children?: ReactNode
  actions?: ReactNode
}

export function Notice({ tone = 'info', title, children, actions }: NoticeProps) {
  return (
    <div
      role={tone === 'problem' ? 'alert' : 'status'}
      className={classes('rounded-md border px-4 py-3 text-sm', TONES[tone])}
    >
      {title && <p className="font-semibold">{title}</p>}
      {children}
      {actions && <div className="mt-3 flex flex-wrap gap-2">{actions}</div>}
    </div>
  )
}
