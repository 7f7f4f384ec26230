/** A part of a page with a heading. */
import { type ReactNode, useId } from 'react'
import { classes } from '@/lib/classes'

interface CardProps {
  title: ReactNode
  hint?: ReactNode
  actions?: ReactNode
  flush?: boolean
  children: ReactNode
}

export function Card({ title, hint, actions, flush = false, children }: CardProps) {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className="min-w-0 overflow-clip rounded-lg border border-line bg-surface shadow-[0_1px_2px_rgb(0_0_0/0.04)]"
    >
      <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-3.5 pb-2.5 sm:px-5">
        <div className="min-w-0">
          <h2 id={id} className="font-semibold">
            {title}
          </h2>
          {hint && <p className="text-sm text-muted">{hint}</p>}
        </div>
        {actions}
      </header>
      <div className={classes(!flush && 'px-4 pb-4 sm:px-5 sm:pb-5')}>{children}</div>
    </section>
  )
}
