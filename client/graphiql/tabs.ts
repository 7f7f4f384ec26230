/** The tabs a new visitor finds. Each runs as it is on the sample data; run from left to right they tell a story. */

const MARKET = `# A market and the instruments it lists. Press the run button, or Ctrl-Enter.
query Market {
  market(code: "US") {
    name
    currency
    instruments(first: 20) {
      totalCount
      nodes {
        symbol
        name
        barCount
        firstBar
        lastBar
      }
    }
  }
}
`

const BARS = `# One instrument's bars in columns. Only the columns asked for are read;
# maxPoints downsamples on the server.
query Bars {
  instrument(symbol: "KO") {
    name
    bars(from: "2022-01-01T00:00:00Z", maxPoints: 100) {
      count
      downsampledFrom
      time
      close
      dataset {
        provider
        contentHash
      }
    }
  }
}
`

const KEEP_PAIR = `# Keep a pair. Expected failures are members of the payload:
# run it twice and read what the ConflictProblem says.
mutation KeepPair {
  createPair(input: { y: "KO", x: "PEP", note: "Two makers of soft drinks" }) {
    __typename
    ... on Pair {
      id
      createdAt
    }
    ... on Problem {
      code
      message
      path
    }
  }
}
`

const ANALYSIS = `# What a formation period says about the pair of the tab before.
query Analysis($formation: PeriodInput!) {
  pair(y: "KO", x: "PEP") {
    analysis(formation: $formation) {
      bars
      hedge {
        beta
        betaLow
        betaHigh
        rSquared
      }
      engleGranger {
        statistic
        pValue
        criticalValues
        reason
      }
      halfLife {
        value
        reason
      }
      correlation
    }
  }
}
`

const START = `# Start a backtest. "newest pair" in the variables is a stand-in that this page replaces by an id.
mutation Start($input: StartBacktestInput!) {
  startBacktest(input: $input) {
    __typename
    ... on Backtest {
      id
      job {
        id
        state
      }
    }
    ... on Problem {
      code
      message
      path
    }
  }
}
`

const WATCH = `# Watch a job: its row now, then every change, until it has ended. "newest job" is a stand-in too:
# it is the backtest started in the tab before.
subscription Watch($id: ID!) {
  jobChanged(id: $id) {
    state
    progress {
      fraction
      message
      etaSeconds
    }
    error {
      code
      message
    }
  }
}
`

const UNIVERSE = `# A universe whose members have dates: WMT joins in 2019, so a screen as of 2018 leaves it out.
mutation Keep($input: CreateUniverseInput!) {
  createUniverse(input: $input) {
    __typename
    ... on Universe {
      then: members(asOf: "2018-01-02") {
        symbol
      }
      now: members(asOf: "2022-01-03") {
        symbol
      }
    }
    ... on Problem {
      code
      message
    }
  }
}
`

const SCREEN = `# All directed pairs of that universe's members on one day, tested at once and corrected for their number.
query Screen($input: ScreenInput!) {
  screen(input: $input) {
    verdict
    summary {
      pairsTested
      belowLevel
      expectedFalse
      discoveries
    }
    matrix {
      symbols
      pValues
    }
    unusable {
      symbol
      reason
    }
  }
}
`

const SWEEP = `# Many parameter sets of one pair, and how far the best of them can be believed.
# When the job has ended (the tab "Watch" follows it), ask for summary and top again.
mutation Sweep($input: StartSweepInput!) {
  startSweep(input: $input) {
    __typename
    ... on Sweep {
      id
      setCount
      job {
        state
      }
    }
    ... on Problem {
      code
      message
      path
    }
  }
}
`

const PORTFOLIO = `# Pairs as one book with shared capital and netted legs; put more of your pairs into the list.
mutation Portfolio($input: StartPortfolioInput!) {
  startPortfolio(input: $input) {
    __typename
    ... on Portfolio {
      id
      pairCount
      job {
        state
      }
    }
    ... on Problem {
      code
      message
      path
    }
  }
}
`

const BAR_TICKS = `# Live bars, each once and in order; here a replay of the sample data, and marked as one.
# The newest stays on the screen. Its cursor in "after" resumes behind it.
subscription BarTicks($ids: [ID!]!, $after: String) {
  barTicks(instrumentIds: $ids, after: $after) {
    ... on Bar {
      instrument {
        symbol
      }
      time
      close
      seq
      replay
      cursor
    }
    ... on StreamGap {
      subject {
        ... on Instrument {
          symbol
        }
      }
      first
      last
      reason
      cursor
    }
  }
}
`

const FOLLOW_PAIR = `# Follow a pair live: what is fixed is estimated on the formation period. Run it again to change how.
mutation Follow($input: WatchPairInput!) {
  watchPair(input: $input) {
    __typename
    ... on PairWatch {
      state {
        zScore
        reason
      }
    }
    ... on Problem {
      code
      message
      path
    }
  }
}
`

const PAIR_TICKS = `# Every state of the pair followed in the tab before.
subscription PairTicks($ids: [ID!]!, $after: String) {
  pairTicks(pairIds: $ids, after: $after) {
    ... on PairState {
      barTime
      zScore
      signal
      hedgeRatio
      decay
      stale
      replay
      seq
      cursor
    }
    ... on StreamGap {
      subject {
        id
      }
      first
      last
      reason
      cursor
    }
  }
}
`

const FORMATION = { start: '2012-01-30T00:00:00Z', end: '2017-01-31T00:00:00Z' }
const TRADING = { start: '2017-01-31T00:00:00Z', end: '2022-12-28T00:00:00Z' }

const json = (value: object): string => JSON.stringify(value, null, 2)

export const TABS = [
  { query: MARKET },
  { query: BARS },
  { query: KEEP_PAIR },
  { query: ANALYSIS, variables: json({ formation: FORMATION }) },
  {
    query: START,
    variables: json({
      input: { pairId: 'newest pair', formation: FORMATION, trading: TRADING, entry: 2, exit: 0.5 },
    }),
  },
  { query: WATCH, variables: json({ id: 'newest job' }) },
  {
    query: UNIVERSE,
    variables: json({
      input: {
        name: 'Example',
        members: [
          { instrumentId: 'instrument KO' },
          { instrumentId: 'instrument PEP' },
          { instrumentId: 'instrument PG' },
          { instrumentId: 'instrument WMT', since: '2019-01-01' },
        ],
      },
    }),
  },
  {
    query: SCREEN,
    variables: json({
      input: { universe: { id: 'example universe', asOf: '2018-01-02' }, formation: FORMATION },
    }),
  },
  {
    query: SWEEP,
    variables: json({
      input: {
        pairId: 'newest pair',
        formation: FORMATION,
        trading: TRADING,
        axes: { entry: [1.5, 2, 2.5], exit: [0, 0.5], window: [null, 60, 120] },
      },
    }),
  },
  {
    query: PORTFOLIO,
    variables: json({ input: { pairIds: ['newest pair'], formation: FORMATION, trading: TRADING } }),
  },
  { query: BAR_TICKS, variables: json({ ids: ['instrument KO', 'instrument PEP'], after: null }) },
  {
    query: FOLLOW_PAIR,
    variables: json({ input: { pairId: 'newest pair', formation: FORMATION } }),
  },
  { query: PAIR_TICKS, variables: json({ ids: ['newest pair'], after: null }) },
]
