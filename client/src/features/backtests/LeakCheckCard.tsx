/** Whether the run knew the future, and whether the choice of its pair, or of the pairs of a book, did. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, readFragment } from 'gql.tada'
import { Badge } from '@/components/Badge'
import { Card } from '@/components/Card'
import { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { describeLeak, LEAK_BADGES, SELECTION_WORDS } from './leakWords'

export const LeakCheckFields = graphql(`
  fragment LeakCheckFields on LeakCheck {
    verdict
    cuts
    leak {
      bar
      column
      cut
      method
    }
    selection {
      verdict
      scan {
        id
      }
    }
  }
`)

interface LeakCheckCardProps {
  check: FragmentOf<typeof LeakCheckFields>
  of?: 'pair' | 'book'
}

export function LeakCheckCard({ check: masked, of = 'pair' }: LeakCheckCardProps) {
  const { verdict, cuts, leak, selection } = readFragment(LeakCheckFields, masked)
  const { label, tone } = LEAK_BADGES[verdict]
  return (
    <Card
      title={
        <span className="flex items-center gap-3">
          Leak check <Badge tone={tone}>{label}</Badge>
        </span>
      }
    >
      <div className="grid gap-2">
        <p className={leak ? 'font-medium text-loss' : ''}>{describeLeak(verdict, cuts.length, leak)}</p>
        <p className={selection.verdict === 'KNOWS_TRADING' ? 'font-medium text-loss' : ''}>
          {SELECTION_WORDS[of][selection.verdict]}{' '}
          {selection.scan && (
            <Link to="/scans/$id" params={{ id: selection.scan.id }} className="text-accent hover:underline">
              See the scan
            </Link>
          )}
        </p>
        {cuts.length > 0 && (
          <p className="text-xs text-muted">Cut at {cuts.map((cut) => formatDay(cut)).join(' · ')}</p>
        )}
      </div>
    </Card>
  )
}
