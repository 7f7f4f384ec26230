/** The quality of data at a glance; on hover, focus or tap what was found. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Badge } from '@/components/Badge'
import { HintButton } from '@/components/HintButton'
import { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { FINDING_WORDS, GRADE_WORDS } from './marketWords'

const SHOWN = 5

export const QualityBadgeFields = graphql(`
  fragment QualityBadgeFields on DataQuality {
    grade
    findings {
      kind
      start
      message
    }
    findingsLeftOff
  }
`)

interface QualityBadgeProps {
  of: string
  quality: FragmentOf<typeof QualityBadgeFields>
}

export function QualityBadge({ of, quality }: QualityBadgeProps) {
  const { grade, findings, findingsLeftOff } = readFragment(QualityBadgeFields, quality)
  if (grade === null) return <Badge>no data</Badge>
  const { label, tone, meaning } = GRADE_WORDS[grade]
  const more = Math.max(0, findings.length - SHOWN) + findingsLeftOff
  const hint = (
    <>
      <p className="font-medium">{meaning}</p>
      <ul className="mt-1 grid gap-1">
        {findings.slice(0, SHOWN).map(({ kind, start, message }) => (
          <li key={`${kind} ${start}`}>
            <span className="text-muted">
              {FINDING_WORDS[kind]}, {formatDay(start)}:
            </span>{' '}
            {message}
          </li>
        ))}
      </ul>
      {more > 0 && <p className="mt-1 text-muted">and {more} more</p>}
    </>
  )
  return (
    <HintButton label={`Quality of ${of}: ${label}`} hint={hint}>
      <Badge tone={tone}>{label}</Badge>
    </HintButton>
  )
}
