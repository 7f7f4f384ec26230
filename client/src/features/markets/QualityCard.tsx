/** What was found wrong with an instrument's data; a press on a finding moves the chart there. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Badge } from '@/components/Badge'
import { Button } from '@/components/Button'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { graphql } from '@/graphql/tada'
import { type Span, surroundings } from '@/lib/bars'
import { formatDay, toDay } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'
import { FINDING_WORDS, GRADE_WORDS } from './marketWords'

export const QualityCardFields = graphql(`
  fragment QualityCardFields on DataQuality {
    grade
    calendar
    findings {
      kind
      start
      end
      count
      message
    }
    findingsLeftOff
  }
`)

const days = (start: string, end: string): string =>
  toDay(start) === toDay(end) ? formatDay(start) : `${formatDay(start)} – ${formatDay(end)}`

interface QualityCardProps {
  quality: FragmentOf<typeof QualityCardFields>
  onShow: (span: Span) => void
}

export function QualityCard({ quality, onShow }: QualityCardProps) {
  const { grade, calendar, findings, findingsLeftOff } = readFragment(QualityCardFields, quality)
  const words = grade && GRADE_WORDS[grade]
  return (
    <Card
      title={
        <span className="flex items-center gap-3">
          Quality {words && <Badge tone={words.tone}>{words.label}</Badge>}
        </span>
      }
      hint={
        calendar ? `Held against the trading calendar ${calendar}` : 'No calendar says which bars to expect'
      }
      flush
    >
      {findings.length === 0 && <EmptyState title="Nothing was found" />}
      <ul
        aria-label="Findings"
        className="max-h-96 divide-y divide-line overflow-y-auto border-t border-line"
      >
        {findings.map(({ kind, start, end, count, message }) => (
          <li
            key={`${kind} ${start}`}
            className="flex items-start justify-between gap-3 px-4 py-2.5 text-sm sm:px-5"
          >
            <div className="min-w-0">
              <p>
                <span className="font-medium">{FINDING_WORDS[kind]}</span>{' '}
                <span className="text-muted">
                  {days(start, end)}
                  {count > 1 && `, ${formatCount(count)} bars`}
                </span>
              </p>
              <p className="text-muted wrap-anywhere">{message}</p>
            </div>
            <Button
              size="small"
              aria-label={`Show ${FINDING_WORDS[kind].toLowerCase()} of ${formatDay(start)} on the chart`}
              onClick={() =>
                onShow(surroundings({ from: Date.parse(start) / 1000, to: Date.parse(end) / 1000 }))
              }
            >
              Show
            </Button>
          </li>
        ))}
      </ul>
      {findingsLeftOff > 0 && (
        <p className="border-t border-line px-4 py-2.5 text-sm text-muted sm:px-5">
          {formatCount(findingsLeftOff)} more are not listed.
        </p>
      )}
    </Card>
  )
}
