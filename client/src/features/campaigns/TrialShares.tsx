/** The trials of a campaign by kind of work, as bars. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { graphql } from '@/graphql/tada'
import { formatPercent } from '@/lib/numbers'
import { countTrials } from './trialWords'

export const TrialSharesFields = graphql(`
  fragment TrialSharesFields on Campaign {
    tried
    trials {
      kind
      tried
    }
  }
`)

export function TrialShares({ campaign }: { campaign: FragmentOf<typeof TrialSharesFields> }) {
  const { tried, trials } = readFragment(TrialSharesFields, campaign)
  return (
    <ul className="grid gap-3">
      {trials.map((share) => (
        <li key={share.kind} className="grid gap-1">
          <span className="flex justify-between gap-4 text-sm">
            <span>{countTrials(share.kind, share.tried)}</span>
            <span className="text-muted">{formatPercent(share.tried / Math.max(1, tried), 0)}</span>
          </span>
          <span aria-hidden="true" className="block h-2 overflow-hidden rounded-full bg-raised">
            <span
              className="block h-full min-w-px rounded-full bg-accent"
              style={{ width: `${(100 * share.tried) / Math.max(1, tried)}%` }}
            />
          </span>
        </li>
      ))}
    </ul>
  )
}
