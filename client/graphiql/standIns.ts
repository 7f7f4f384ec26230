/** Ids are opaque, so the example tabs cannot know them: these words stand for the id of a row. */

interface Row {
  id: string
  name?: string
}

const instrument = (symbol: string): string =>
  `{ rows: instruments(first: 1, where: { symbol: { eq: "${symbol}" }, market: { eq: "US" } }) { nodes { id } } }`

/** `named` picks the row of that name; without it the first one counts. */
const STAND_INS: Record<string, { query: string; named?: string }> = {
  'newest pair': { query: '{ rows: pairs(first: 1) { nodes { id } } }' },
  'newest job': { query: '{ rows: jobs(first: 1) { nodes { id } } }' },
  'example universe': { query: '{ rows: universes(first: 100) { nodes { id name } } }', named: 'Example' },
  'instrument KO': { query: instrument('KO') },
  'instrument PEP': { query: instrument('PEP') },
  'instrument PG': { query: instrument('PG') },
  'instrument WMT': { query: instrument('WMT') },
}

async function idOf(
  { query, named }: { query: string; named?: string },
  headers: Record<string, string>,
): Promise<string | undefined> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  })
  const answer = (await response.json()) as { data?: { rows?: { nodes: Row[] } } }
  return answer.data?.rows?.nodes.find(({ name }) => named === undefined || name === named)?.id
}

/** The same value with each stand-in, however deep, replaced by an id; without such a row it stays. */
export async function resolveStandIns(
  value: unknown,
  headers: Record<string, string> = {},
): Promise<unknown> {
  if (typeof value === 'string') {
    const standIn = STAND_INS[value]
    return standIn ? ((await idOf(standIn, headers)) ?? value) : value
  }
  if (Array.isArray(value)) return Promise.all(value.map((part) => resolveStandIns(part, headers)))
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).map(async ([name, part]) => [
      name,
      await resolveStandIns(part, headers),
    ])
    return Object.fromEntries(await Promise.all(parts))
  }
  return value
}
