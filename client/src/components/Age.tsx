/** How long ago something was; it counts by itself. */
import { ageLasts, formatAge } from '@/lib/ages'
import { formatMoment } from '@/lib/dates'
import { useNow } from './useNow'

export function Age({ moment }: { moment: string }) {
  const then = Date.parse(moment)
  // One that came after the last look at the clock is no older than now.
  const now = Math.max(
    useNow((time) => ageLasts(time - then)),
    then,
  )
  return (
    <time dateTime={moment} title={formatMoment(moment)}>
      {formatAge(now - then)}
    </time>
  )
}
