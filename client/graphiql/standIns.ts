/** Ids are opaque, so the example tabs cannot know them: these words stand for the newest row's id. */

const STAND_INS: Record<string, { query: string }> = {
  'newest pair': { query: '{ rows: pairs(first: 1) { nodes { id } } }' },
  'newest job': { query: '{ rows: jobs(first: 1) { nodes { id } } }' },
}

async function newestId(query: string, headers: Record<string, string>): Promise<string | undefined> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  })
  const answer = (await response.json()) as { data?: { rows?: { nodes: { id: string }[] } } }
  return answer.data?.rows?.nodes[0]?.id
}

/** The same value with each stand-in, however deep, replaced by an id; without such a row it stays. */
export async function resolveStandIns(
  value: unknown,
  headers: Record<string, string> = {},
): Promise<unknown> {
  if (typeof value === 'string') {
    const standIn = STAND_INS[value]
    return standIn ? ((await newestId(standIn.query, headers)) ?? value) : value
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
