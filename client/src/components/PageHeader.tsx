/** The head of a page: where we are, what it is, what can be done. It also names the browser's tab. */
import { type ReactNode, useEffect } from 'react'

interface PageHeaderProps {
  title: string
  heading?: ReactNode
  description?: ReactNode
  actions?: ReactNode
}

export function PageHeader({ title, heading, description, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · TITAN`
  }, [title])
  return (
    <div className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 className="text-2xl font-semibold">{heading ?? title}</h1>
        {description && <div className="mt-1 text-muted">{description}</div>}
      </div>
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  )
}
