/** A universe: who belongs to it and when. */
import { Link } from '@tanstack/react-router'
import { type FragmentOf, readFragment } from 'gql.tada'
import type { ReactNode } from 'react'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Table, Td, Th, Tr } from '@/components/Table'
import { graphql } from '@/graphql/tada'
import { formatDay, formatMoment } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'

export const UniverseCardFields = graphql(`
  fragment UniverseCardFields on Universe {
    id
    name
    note
    createdAt
    memberships {
      since
      until
      instrument {
        id
        symbol
        name
      }
    }
  }
`)

interface UniverseCardProps {
  universe: FragmentOf<typeof UniverseCardFields>
  /** What can be done with it. */
  children: (universe: { id: string; name: string }) => ReactNode
}

export function UniverseCard({ universe, children }: UniverseCardProps) {
  const { id, name, note, createdAt, memberships } = readFragment(UniverseCardFields, universe)
  const count = new Set(memberships.map(({ instrument }) => instrument.id)).size
  return (
    // Suggestions hang over the card's edge.
    <div className="[&>section]:overflow-visible">
      <Card
        title={name}
        hint={
          <>
            {formatCount(count)} {count === 1 ? 'instrument' : 'instruments'}, made {formatMoment(createdAt)}
            {note && ` · ${note}`}
          </>
        }
        flush
      >
        {memberships.length === 0 && <EmptyState title="No members yet" />}
        {memberships.length > 0 && (
          <div className="max-h-80 overflow-y-auto">
            <Table
              label={`Members of ${name}`}
              head={
                <>
                  <Th>Symbol</Th>
                  <Th>Name</Th>
                  <Th>From</Th>
                  <Th>Until before</Th>
                </>
              }
            >
              {memberships.map(({ instrument, since, until }) => (
                <Tr key={`${instrument.id} ${since}`}>
                  <Td>
                    <Link
                      to="/instruments/$symbol"
                      params={{ symbol: instrument.symbol }}
                      className="font-medium text-accent hover:underline"
                    >
                      {instrument.symbol}
                    </Link>
                  </Td>
                  <Td className="max-w-64 truncate">{instrument.name}</Td>
                  <Td className="text-muted">{since === null ? 'always' : formatDay(since)}</Td>
                  <Td className="text-muted">{until === null ? 'no end' : formatDay(until)}</Td>
                </Tr>
              ))}
            </Table>
          </div>
        )}
        {children({ id, name })}
      </Card>
    </div>
  )
}
