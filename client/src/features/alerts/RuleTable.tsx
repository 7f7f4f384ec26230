/** Alert rules in rows: what they look at, whether they are on, and what can be done. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Badge } from '@/components/Badge'
import { Table, Td, Th, Tr } from '@/components/Table'
import { PairName, PairNameFields } from '@/features/pairs/PairName'
import { graphql } from '@/graphql/tada'
import { KINDS, ruleWords } from './alertWords'
import { RuleActions } from './RuleActions'

export const RuleRowFields = graphql(
  `
    fragment RuleRowFields on AlertRule {
      id
      name
      kind
      side
      threshold
      margin
      enabled
      armed
      webhookUrl
      pair {
        ...PairNameFields
      }
    }
  `,
  [PairNameFields],
)

type RuleRow = FragmentOf<typeof RuleRowFields>

function State({ enabled, armed }: { enabled: boolean; armed: boolean }) {
  if (!enabled) return <Badge>Silent</Badge>
  return armed ? <Badge tone="gain">Looks out</Badge> : <Badge tone="warn">Raised, still holds</Badge>
}

function Row({ rule: masked }: { rule: RuleRow }) {
  const { id, name, kind, side, threshold, enabled, armed, webhookUrl, pair } = readFragment(
    RuleRowFields,
    masked,
  )
  return (
    <Tr>
      <Td className="max-w-72 truncate font-medium" title={name}>
        {name}
      </Td>
      <Td>
        <PairName y={pair.y.symbol} x={pair.x.symbol} />
      </Td>
      <Td>{KINDS[kind].label}</Td>
      <Td>{ruleWords(kind, side, threshold)}</Td>
      <Td>
        <State enabled={enabled} armed={armed} />
      </Td>
      <Td className="max-w-56 truncate text-muted" title={webhookUrl ?? undefined}>
        {webhookUrl ?? '—'}
      </Td>
      <Td end>
        <RuleActions id={id} name={name} enabled={enabled} />
      </Td>
    </Tr>
  )
}

export function RuleTable({ rules }: { rules: readonly (RuleRow & { id: string })[] }) {
  return (
    <Table
      label="Alert rules"
      head={
        <>
          <Th>Rule</Th>
          <Th>Pair</Th>
          <Th>Looks at</Th>
          <Th>Raises at</Th>
          <Th>State</Th>
          <Th>Webhook</Th>
          <Th aria-label="Actions" />
        </>
      }
    >
      {rules.map((rule) => (
        <Row key={rule.id} rule={rule} />
      ))}
    </Table>
  )
}
