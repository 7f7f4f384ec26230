/** The normalised cache: rows by id, pages joined, and what a change makes stale. */

import { parts, possibleTypes } from 'virtual:schema-shape'
import { type Cache, cacheExchange, type UpdateResolver } from '@urql/exchange-graphcache'
import { relayPagination } from '@urql/exchange-graphcache/extras'

interface WatchedJob {
  id: string
  state: string
  subject?: { __typename?: string; id: string } | null
}

function invalidateFields(cache: Cache, entity: string, names: readonly string[]): void {
  for (const field of cache.inspectFields(entity)) {
    if (names.includes(field.fieldName)) cache.invalidate(entity, field.fieldName, field.arguments)
  }
}

/** What a job's success fills in, by the type of its subject. */
const PRODUCED: Record<string, readonly string[]> = {
  Backtest: ['metrics'],
  Scan: ['summary', 'verdict', 'bars', 'matrix', 'results', 'unusable', 'datasetHashes', 'resultHash'],
}

/** A job's row merges by itself; lists that may lack it, and figures it has just produced, are asked for once more. */
function jobMoves(): (field: string) => UpdateResolver {
  const met = new Set<string>()
  const finished = new Set<string>()
  return (field) => (result, _arguments, cache) => {
    const job = (result as Record<string, WatchedJob>)[field]
    if (!job) return
    if (!met.has(job.id)) invalidateFields(cache, 'Query', ['jobs', 'backtests', 'scans'])
    met.add(job.id)
    const produced = PRODUCED[job.subject?.__typename ?? '']
    if (job.state !== 'SUCCEEDED' || !job.subject || !produced || finished.has(job.id)) return
    finished.add(job.id)
    const subject = cache.keyOfEntity({ __typename: job.subject.__typename ?? '', id: job.subject.id })
    if (subject) invalidateFields(cache, subject, produced)
  }
}

/** The lists of pairs are asked for again, unless the mutation was refused. */
const pairsChanged =
  (field: string): UpdateResolver =>
  (result, _arguments, cache) => {
    const answer = (result as Record<string, { __typename: string }>)[field]
    if (answer?.__typename === 'Pair') invalidateFields(cache, 'Query', ['pairs', 'pair'])
  }

const backtestStarted: UpdateResolver = (result, _arguments, cache) => {
  const started = (result as { startBacktest: { __typename: string; pair?: { id: string } } }).startBacktest
  if (started.__typename !== 'Backtest') return
  invalidateFields(cache, 'Query', ['backtests', 'jobs'])
  const pair = started.pair && cache.keyOfEntity({ __typename: 'Pair', id: started.pair.id })
  if (pair) invalidateFields(cache, pair, ['backtests'])
}

/** Writing a member of a union, the cache misses the fields of the other members; that is as it should be. */
function log(severity: 'debug' | 'error' | 'warn', message: string): void {
  if (severity !== 'debug' && !message.startsWith('Invalid undefined')) console[severity](message)
}

const scanStarted: UpdateResolver = (result, _arguments, cache) => {
  const started = (result as { startScan: { __typename: string } }).startScan
  if (started.__typename === 'Scan') invalidateFields(cache, 'Query', ['scans', 'jobs'])
}

/** The cache as an exchange. */
export function cache() {
  const jobMoved = jobMoves()
  return cacheExchange({
    logger: log,
    possibleTypes,
    keys: Object.fromEntries(parts.map((name) => [name, () => null])),
    resolvers: {
      Query: {
        instruments: relayPagination(),
        pairs: relayPagination(),
        backtests: relayPagination(),
        jobs: relayPagination(),
        scans: relayPagination(),
      },
      Pair: { backtests: relayPagination(), scanResults: relayPagination() },
      Backtest: { trades: relayPagination() },
      Scan: { results: relayPagination() },
    },
    updates: {
      Mutation: {
        createPair: pairsChanged('createPair'),
        removePair: pairsChanged('removePair'),
        startBacktest: backtestStarted,
        startScan: scanStarted,
      },
      Subscription: { jobChanged: jobMoved('jobChanged'), jobsChanged: jobMoved('jobsChanged') },
    },
  })
}
