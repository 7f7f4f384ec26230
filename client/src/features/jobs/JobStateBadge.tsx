/** The state of a job as a badge. */
import { Badge } from '@/components/Badge'
import { type JobState, STATE_WORDS } from './jobStates'

export function JobStateBadge({ state }: { state: JobState }) {
  const { label, tone } = STATE_WORDS[state]
  return <Badge tone={tone}>{label}</Badge>
}
