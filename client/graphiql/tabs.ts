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
]
