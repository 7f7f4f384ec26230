/** What remains of a page that broke: a plain message and a way out. */
import type { ErrorComponentProps } from '@tanstack/react-router'
import { Button } from '@/components/Button'
import { Notice } from '@/components/Notice'

export function PageError({ error }: ErrorComponentProps) {
  return (
    <Notice
      tone="problem"
      title="This page broke"
      actions={<Button onClick={() => window.location.reload()}>Reload the page</Button>}
    >
      <p>The fault is in the page, not in your data. Reloading usually helps.</p>
      <details className="mt-2">
        <summary className="w-fit">What to say in a report</summary>
        <p className="mt-1 font-mono text-xs break-all">
          {error instanceof Error ? error.message : String(error)}
        </p>
      </details>
    </Notice>
  )
}
