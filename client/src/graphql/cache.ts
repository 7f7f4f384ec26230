/** The normalised cache: rows by id, pages joined, and what a change makes stale. */

import { parts, possibleTypes } from 'virtual:schema-shape'
import { type Cache, cacheExchange, type UpdateResolver } from '@urql/exchange-graphcache'
import { relayPagination } from '@urql/exchange-graphcache/extras'
import { alertAcknowledged, alertRaised, pairTicked, rulesChanged, watchesChanged } from './liveCache'

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

/** What the end of a job fills in, by the type of its subject. */
const PRODUCED: Record<string, readonly string[]> = {
  Backtest: ['metrics'],
  BarImport: ['understanding', 'refusal', 'outcome', 'datasets'],
  Sweep: ['summary', 'trials', 'top', 'heatMap', 'datasetHashes', 'resultHash'],
  WalkForward: ['summary', 'equity', 'steps', 'trials', 'datasetHashes', 'resultHash'],
  Portfolio: ['metrics', 'profit', 'equity', 'trials', 'datasetHashes', 'resultHash'],
  Scan: ['summary', 'verdict', 'bars', 'matrix', 'results', 'unusable', 'datasetHashes', 'resultHash'],
}

/** The lists of what jobs work for. */
const STARTED = ['backtests', 'scans', 'sweeps', 'walkForwards', 'portfolios', 'imports'] as const

/** What new bars make stale. */
const OF_BARS = ['instruments', 'instrument', 'markets', 'market', 'nodes']

/** Lists of what is in some states: a row may enter or leave them whenever its job moves on. */
function invalidateNarrowedJobs(cache: Cache): void {
  for (const field of cache.inspectFields('Query')) {
    if (['jobs', 'backtests'].includes(field.fieldName) && field.arguments?.['where'])
      cache.invalidate('Query', field.fieldName, field.arguments)
  }
}

/** A job's row merges by itself; lists that may lack it, and what it has just produced, are asked for once more. */
function jobMoves(): (field: string) => UpdateResolver {
  const states = new Map<string, string>()
  const produced = new Map<string, string>()
  return (field) => (result, _arguments, cache) => {
    const job = (result as Record<string, WatchedJob>)[field]
    if (!job) return
    if (!states.has(job.id)) invalidateFields(cache, 'Query', ['jobs', ...STARTED])
    else if (states.get(job.id) !== job.state) invalidateNarrowedJobs(cache)
    states.set(job.id, job.state)
    // Not every subscription asks what a job is about.
    if (!job.subject || produced.get(job.id) === job.state) return
    produced.set(job.id, job.state)
    if (job.state === 'SUCCEEDED' || job.state === 'FAILED') invalidateProduce(cache, job.subject, job.state)
  }
}

function invalidateProduce(cache: Cache, subject: NonNullable<WatchedJob['subject']>, state: string): void {
  const { __typename = '', id } = subject
  const entity = cache.keyOfEntity({ __typename, id })
  if (entity) invalidateFields(cache, entity, PRODUCED[__typename] ?? [])
  if (__typename === 'BarImport' && state === 'SUCCEEDED') invalidateFields(cache, 'Query', OF_BARS)
}

const importStarted: UpdateResolver = (result, _arguments, cache) => {
  const started = (result as { importBars: { __typename: string } }).importBars
  if (started.__typename === 'BarImport') invalidateFields(cache, 'Query', ['imports', 'jobs'])
}

/** Corrected prices change with the actions, and there is a revision more. */
const actionsAdded: UpdateResolver = (result, _arguments, cache) => {
  const changed = (result as { importCorporateActions: { __typename: string; id?: string } })
    .importCorporateActions
  const { __typename, id } = changed
  const entity = __typename === 'Instrument' && id ? cache.keyOfEntity({ __typename, id }) : null
  if (entity) invalidateFields(cache, entity, ['bars', 'datasets', 'quality'])
}

const campaignCreated: UpdateResolver = (result, _arguments, cache) => {
  const created = (result as { createCampaign: { __typename: string } }).createCampaign
  if (created.__typename === 'Campaign') invalidateFields(cache, 'Query', ['campaigns'])
}

const jobRetried: UpdateResolver = (result, _arguments, cache) => {
  const retried = (result as { retryJob: { __typename: string } }).retryJob
  if (retried.__typename === 'Job') invalidateNarrowedJobs(cache)
}

/** What changing it takes may have changed with it. */
const passwordChanged: UpdateResolver = (_result, _arguments, cache) => {
  invalidateFields(cache, 'Query', ['passwordState'])
}

/** The list of access tokens is asked for again, unless the mutation was refused. */
const tokensChanged =
  (field: string, type: string): UpdateResolver =>
  (result, _arguments, cache) => {
    const answer = (result as Record<string, { __typename: string }>)[field]
    if (answer?.__typename === type) invalidateFields(cache, 'Query', ['accessTokens'])
  }

/** The list of universes is asked for again, unless the mutation was refused. */
const universesChanged =
  (field: string): UpdateResolver =>
  (result, _arguments, cache) => {
    const answer = (result as Record<string, { __typename: string }>)[field]
    if (answer?.__typename === 'Universe') invalidateFields(cache, 'Query', ['universes', 'universe'])
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

/** A list lacks the new row, unless the mutation was refused. */
const started =
  (field: string, list: (typeof STARTED)[number]): UpdateResolver =>
  (result, _arguments, cache) => {
    const answer = (result as Record<string, { id?: string }>)[field]
    if (answer?.id !== undefined) invalidateFields(cache, 'Query', [list, 'jobs', 'campaigns'])
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
        imports: relayPagination(),
        universes: relayPagination(),
        sweeps: relayPagination(),
        walkForwards: relayPagination(),
        portfolios: relayPagination(),
        campaigns: relayPagination(),
        alerts: relayPagination(),
        alertRules: relayPagination(),
      },
      Pair: { backtests: relayPagination(), scanResults: relayPagination() },
      Backtest: { trades: relayPagination() },
      Scan: { results: relayPagination() },
      Instrument: { datasets: relayPagination() },
      Campaign: { work: relayPagination() },
    },
    updates: {
      Mutation: {
        createPair: pairsChanged('createPair'),
        removePair: pairsChanged('removePair'),
        startBacktest: backtestStarted,
        startScan: started('startScan', 'scans'),
        startSweep: started('startSweep', 'sweeps'),
        startWalkForward: started('startWalkForward', 'walkForwards'),
        startPortfolio: started('startPortfolio', 'portfolios'),
        createCampaign: campaignCreated,
        importBars: importStarted,
        importCorporateActions: actionsAdded,
        retryJob: jobRetried,
        changePassword: passwordChanged,
        createAccessToken: tokensChanged('createAccessToken', 'AccessTokenCreated'),
        revokeAccessToken: tokensChanged('revokeAccessToken', 'AccessToken'),
        createUniverse: universesChanged('createUniverse'),
        removeUniverse: universesChanged('removeUniverse'),
        watchPair: watchesChanged('watchPair', 'PairWatch'),
        unwatchPair: watchesChanged('unwatchPair', 'Pair'),
        createAlertRule: rulesChanged('createAlertRule', 'CreatedAlertRule'),
        removeAlertRule: rulesChanged('removeAlertRule', 'AlertRule'),
        acknowledgeAlert: alertAcknowledged,
      },
      Subscription: {
        jobChanged: jobMoved('jobChanged'),
        jobsChanged: jobMoved('jobsChanged'),
        pairTicks: pairTicked,
        alertRaised,
      },
    },
  })
}
