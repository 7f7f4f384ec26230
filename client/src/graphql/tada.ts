/** Typed documents from schema.graphql, with the wire types of the schema's own scalars. */
import { initGraphQLTada } from 'gql.tada'
import type { introspection } from './introspection'

export const graphql = initGraphQLTada<{
  introspection: introspection
  scalars: { Date: string; DateTime: string; Floats: (number | null)[]; Times: number[] }
}>()
