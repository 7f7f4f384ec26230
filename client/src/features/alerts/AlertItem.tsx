/** An alert in a list: what happened, when, whether it was delivered, and whether it was seen. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, readFragment } from 'gql.tada'
import { Age } from '@/components/Age'
import { Badge } from '@/components/Badge'
import { PairNameFields } from '@/features/pairs/PairName'
import { graphql } from '@/graphql/tada'
import { formatDay, formatMoment } from '@/lib/dates'
import { AcknowledgeButton } from './AcknowledgeButton'
import { DELIVERIES, KINDS } from './alertWords'

export const AlertItemFields = graphql(
  `
    fragment AlertItemFields on Alert {
      id
      kind
      message
      barTime
      replay
      raisedAt
      acknowledgedAt
      delivery {
        state
        attempts
        lastError
      }
      rule {
        id
        name
      }
      pair {
        ...PairNameFields
      }
    }
  `,
  [PairNameFields],
)

export function AlertItem({ alert: masked }: { alert: FragmentOf<typeof AlertItemFields> }) {
  const alert = readFragment(AlertItemFields, masked)
  const { id, kind, message, delivery, pair, rule, replay, barTime, acknowledgedAt } = alert
  const delivered = DELIVERIES[delivery.state]
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 py-3 sm:px-5">
      <div className="min-w-0 grow basis-64">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link
            to="/pairs/$y/$x"
            params={{ y: pair.y.symbol, x: pair.x.symbol }}
            className="font-medium hover:underline"
          >
            {message}
          </Link>
          <Badge>{KINDS[kind].label}</Badge>
          {replay && <Badge tone="accent">Replay</Badge>}
          {delivered && <Badge tone={delivered.tone}>{delivered.label}</Badge>}
        </p>
        <p className="text-xs text-muted">
          <Age moment={alert.raisedAt} />
          {barTime && <> · bar of {formatDay(barTime)}</>} · {rule ? rule.name : 'the rule was removed'}
        </p>
        {delivery.lastError && (
          <p className="text-xs text-warn">
            {delivery.attempts === 1 ? '1 attempt' : `${delivery.attempts} attempts`}: {delivery.lastError}
          </p>
        )}
      </div>
      {acknowledgedAt ? (
        <span className="text-xs whitespace-nowrap text-muted">Seen {formatMoment(acknowledgedAt)}</span>
      ) : (
        <AcknowledgeButton id={id} message={message} />
      )}
    </li>
  )
}
