/** Fields that stay closed until somebody opens them, or one of them is wrong. */
import { type ReactNode, useState } from 'react'

interface MoreFieldsProps {
  title: string
  /** Names of the fields inside. */
  names: readonly string[]
  problems: Readonly<Record<string, string>>
  /** Whether the fields are made only while it is open. */
  lazy?: boolean
  children: ReactNode
}

export function MoreFields({ title, names, problems, lazy = false, children }: MoreFieldsProps) {
  const [open, setOpen] = useState(false)
  const [seen, setSeen] = useState<typeof problems>()
  // While rendering, not after it: the form's effect that leads to a wrong field must find it open.
  if (problems !== seen) {
    setSeen(problems)
    if (names.some((name) => problems[name])) setOpen(true)
  }
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit text-sm font-semibold text-accent">{title}</summary>
      <div className="pt-3">{(open || !lazy) && children}</div>
    </details>
  )
}
