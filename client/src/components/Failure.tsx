/** Says what could not be loaded, and tries again. */
import { Button } from './Button'
import { Notice } from './Notice'

interface FailureProps {
  title: string
  message: string
  onRetry: () => void
}

export function Failure({ title, message, onRetry }: FailureProps) {
  return (
    <Notice
      tone="problem"
      title={title}
      actions={
        <Button size="small" onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {message}
    </Notice>
  )
}
