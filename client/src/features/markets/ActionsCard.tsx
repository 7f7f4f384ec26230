/** An instrument's splits and dividends, newest first. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { AddActionForm } from './AddActionForm'
import { actionWords } from './actionWords'

export const ActionsCardFields = graphql(`
  fragment ActionsCardFields on Instrument {
    id
    symbol
    corporateActions {
      kind
      exDate
      value
      source
    }
  }
`)

export function ActionsCard({ instrument }: { instrument: FragmentOf<typeof ActionsCardFields> }) {
  const { id, symbol, corporateActions } = readFragment(ActionsCardFields, instrument)
  return (
    <Card title="Splits and dividends" hint="Marked below the bars: S a split, D a dividend." flush>
      {corporateActions.length === 0 && (
        <EmptyState title="None are known">
          Add them here, or many from a file: ./titan actions import {symbol}.csv. The stored prices stay as
          they are.
        </EmptyState>
      )}
      <ul className="max-h-96 divide-y divide-line overflow-y-auto border-t border-line text-sm">
        {corporateActions.toReversed().map((action) => (
          <li
            key={`${action.kind} ${action.exDate}`}
            className="flex flex-wrap justify-between gap-x-4 px-4 py-2 sm:px-5"
          >
            <span className="font-medium">{actionWords(action)}</span>
            <span className="text-muted">
              {formatDay(action.exDate)}, {action.source}
            </span>
          </li>
        ))}
      </ul>
      <details className="border-t border-line">
        <summary className="w-fit px-4 py-3 text-sm font-semibold text-accent sm:px-5">
          Add a split or a dividend
        </summary>
        <AddActionForm instrumentId={id} />
      </details>
    </Card>
  )
}
