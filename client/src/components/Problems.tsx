/** What went wrong and belongs to no field: a notice for each message. */
import { Notice } from './Notice'

interface ProblemsProps {
  title?: string
  messages: readonly string[]
}

export function Problems({ title, messages }: ProblemsProps) {
  return messages.map((message) => (
    <Notice key={message} tone="problem" title={title}>
      {message}
    </Notice>
  ))
}
