/** One's own access tokens: what works, since when and until when, new ones, and an end to them. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Age } from '@/components/Age'
import { Badge } from '@/components/Badge'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Table, Td, Th, Tr } from '@/components/Table'
import { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { CreateTokenForm } from './CreateTokenForm'
import { RevokeTokenButton } from './RevokeTokenButton'

export const TokenFields = graphql(`
  fragment TokenFields on AccessToken {
    id
    name
    scope
    createdAt
    lastUsedAt
    expiresAt
  }
`)

type Token = FragmentOf<typeof TokenFields>

function Row({ token }: { token: Token }) {
  const { id, name, scope, createdAt, lastUsedAt, expiresAt } = readFragment(TokenFields, token)
  return (
    <Tr>
      <Td className="max-w-56 truncate font-medium" title={name}>
        {name}
      </Td>
      <Td>
        <Badge>{scope === 'READ' ? 'Read' : 'Read and write'}</Badge>
      </Td>
      <Td>{lastUsedAt ? <Age moment={lastUsedAt} /> : <span className="text-muted">Never</span>}</Td>
      <Td>{formatDay(expiresAt)}</Td>
      <Td>{formatDay(createdAt)}</Td>
      <Td end>
        <RevokeTokenButton id={id} name={name} />
      </Td>
    </Tr>
  )
}

function TokenTable({ tokens }: { tokens: readonly (Token & { id: string })[] }) {
  return (
    <Table
      label="Your access tokens"
      head={
        <>
          <Th>Token</Th>
          <Th>It may</Th>
          <Th>Last used</Th>
          <Th>Ends</Th>
          <Th>Made</Th>
          <Th aria-label="Actions" />
        </>
      }
    >
      {tokens.map((token) => (
        <Row key={token.id} token={token} />
      ))}
    </Table>
  )
}

export function TokensCard({ tokens }: { tokens: readonly (Token & { id: string })[] }) {
  return (
    <Card
      flush
      title="Access tokens"
      hint="Scripts and notebooks use the API with a token instead of signing in. A token may do no more than you."
    >
      {tokens.length > 0 ? (
        <TokenTable tokens={tokens} />
      ) : (
        <EmptyState title="No token works at present">
          Make one for each program, so that you can end it without troubling the others.
        </EmptyState>
      )}
      <div className="border-t border-line px-4 py-4 sm:px-5">
        <CreateTokenForm />
      </div>
    </Card>
  )
}
