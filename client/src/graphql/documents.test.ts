/** Every document of the client, held against schema.graphql. */
import { parts, possibleTypes } from 'virtual:schema-shape'
import { buildSchema, type DocumentNode, Kind, parse, validate } from 'graphql'
import { expect, test } from 'vitest'

const [sdl] = Object.values(
  import.meta.glob<string>('/schema.graphql', { query: '?raw', import: 'default', eager: true }),
)
const schema = buildSchema(sdl ?? '')
const sources = import.meta.glob<string>(['../**/*.{ts,tsx}', '!../**/*.test.*'], {
  query: '?raw',
  import: 'default',
  eager: true,
})
const tabs = import.meta.glob<{ TABS: { query: string; variables?: string }[] }>('../../graphiql/tabs.ts', {
  eager: true,
})

// gql.tada takes its own directive out before a document is sent.
function documentsOf(source: string): DocumentNode[] {
  return [...source.matchAll(/graphql\(\s*`([^`]+)`/g)].map(([, text]) =>
    parse((text ?? '').replaceAll('@_unmask', '')),
  )
}

const definitions = Object.values(sources)
  .flatMap(documentsOf)
  .flatMap((document) => document.definitions)

test('there are documents', () => {
  expect(definitions.length).toBeGreaterThan(20)
})

test('all documents together are valid', () => {
  expect(validate(schema, { kind: Kind.DOCUMENT, definitions }).map(({ message }) => message)).toEqual([])
})

test('the example tabs of GraphiQL are valid', () => {
  const queries = Object.values(tabs).flatMap(({ TABS }) => TABS.map(({ query }) => query))
  expect(queries.length).toBeGreaterThanOrEqual(5)
  expect(queries.flatMap((query) => validate(schema, parse(query)))).toEqual([])
})

test('the cache’s view of the schema is made from it', () => {
  expect(possibleTypes['CancelJobPayload']).toEqual([
    'Job',
    'NotFoundProblem',
    'InvalidInputProblem',
    'ConflictProblem',
  ])
  expect(parts).toEqual(expect.arrayContaining(['Estimate', 'PageInfo', 'NotFoundProblem']))
  expect(parts).not.toContain('Pair')
  expect(parts).not.toContain('Query')
})
