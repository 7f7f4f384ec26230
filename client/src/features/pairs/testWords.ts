/** What each test of a pair asks and what its result means, one line each. */
import { formatBoundedPValue, isEvidence, type PValueBound } from '@/lib/evidence'
import { formatNumber } from '@/lib/numbers'

export interface TestLine {
  name: string
  /** The null hypothesis. */
  asks: string
  statistic: string
  pValue: string
  meaning: string
  /** Whether the result speaks for a spread that comes back. */
  speaks: 'for' | 'against' | 'neither'
}

export interface SpreadTest {
  statistic: number | null
  pValue: number | null
  bound: PValueBound
  lags: number | null
  ratio: number | null
  reason: string | null
}

export interface Johansen {
  trace: readonly number[] | null
  traceCritical: readonly (readonly number[])[] | null
  rank: number | null
  reason: string | null
}

const NONE = '—'
const FIVE_PERCENT = 1

function line(
  name: string,
  asks: string,
  test: Omit<SpreadTest, 'ratio'>,
  words: [yes: string, no: string],
): TestLine {
  const { statistic, pValue, bound, lags, reason } = test
  if (pValue === null)
    return { name, asks, statistic: NONE, pValue: NONE, meaning: reason ?? 'No result.', speaks: 'neither' }
  return {
    name,
    asks,
    statistic: `${formatNumber(statistic)}${lags === null ? '' : `, ${lags} ${lags === 1 ? 'lag' : 'lags'}`}`,
    pValue: formatBoundedPValue(pValue, bound),
    meaning: words[isEvidence(pValue) ? 0 : 1],
    speaks: isEvidence(pValue) ? 'for' : 'neither',
  }
}

const COINTEGRATION: [string, string] = [
  'Evidence of cointegration at 5%, before counting how many pairs were tried.',
  'No evidence of cointegration at 5%.',
]

/** A test whose null hypothesis is that the legs are not cointegrated. */
export const cointegrationLine = (
  name: string,
  test: Omit<SpreadTest, 'ratio' | 'bound'> & { bound?: PValueBound },
) => line(name, 'Not cointegrated', { bound: 'EXACT', ...test }, COINTEGRATION)

const RANKS = [
  'No relation at 5%: not cointegrated.',
  'One relation at 5%: cointegrated.',
  'Two relations at 5%: each leg would come back by itself, which prices rarely do. Read with care.',
]

export function johansenLine({ trace, traceCritical, rank, reason }: Johansen): TestLine {
  const none = rank === null || !trace || !traceCritical
  const critical = traceCritical?.[0]?.[FIVE_PERCENT]
  return {
    name: 'Johansen trace, both legs',
    asks: 'No relation',
    statistic: none ? NONE : `${formatNumber(trace[0])} against ${formatNumber(critical)} at 5%`,
    pValue: NONE,
    meaning: none ? (reason ?? 'No result.') : (RANKS[rank] ?? ''),
    speaks: rank === 1 ? 'for' : 'neither',
  }
}

export const adfLine = (test: SpreadTest): TestLine => ({
  ...line('Augmented Dickey–Fuller', 'The spread is a random walk', test, [
    'Takes β as given; as β was estimated, this p is too small. Read Engle–Granger instead.',
    'The spread is not told from a random walk, even with β taken as given.',
  ]),
  speaks: 'neither',
})

export function kpssLine(test: SpreadTest): TestLine {
  const words: [string, string] = [
    'Evidence against a spread that comes back.',
    'Nothing against a spread that comes back; that is not evidence for it.',
  ]
  const result = line('KPSS', 'The spread comes back', test, words)
  return { ...result, speaks: result.speaks === 'for' ? 'against' : 'neither' }
}

export function varianceRatioLine(test: SpreadTest): TestLine {
  const { ratio } = test
  const reverts = ratio !== null && ratio < 1
  const result = line('Variance ratio, 10 bars', 'The spread is a random walk', test, [
    reverts ? 'Moves are partly undone within ten bars.' : 'Moves go on within ten bars: the spread trends.',
    'Over ten bars the spread is not told from a random walk.',
  ])
  const statistic =
    ratio === null ? result.statistic : `${formatNumber(ratio)}, z = ${formatNumber(test.statistic)}`
  return { ...result, statistic, speaks: result.speaks === 'for' && !reverts ? 'against' : result.speaks }
}
