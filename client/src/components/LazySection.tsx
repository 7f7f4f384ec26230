/** A part of a card that is made only when somebody opens it. */
import { type ReactNode, useState } from 'react'

interface LazySectionProps {
  title: string
  hint: string
  children: () => ReactNode
}

export function LazySection({ title, hint, children }: LazySectionProps) {
  const [open, setOpen] = useState(false)
  return (
    <details
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="border-t border-line px-4 py-3 sm:px-5"
    >
      <summary>
        <span className="font-medium">{title}</span> <span className="text-sm text-muted">{hint}</span>
      </summary>
      {open && <div className="pt-3 pb-1">{children()}</div>}
    </details>
  )
}
