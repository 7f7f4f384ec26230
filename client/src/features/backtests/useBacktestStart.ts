/** Starts a backtest. */
import { ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { type Start, useStart } from '@/graphql/useStart'
import { type BacktestInput, FIELDS } from './backtestDraft'

export const StartBacktest = graphql(
  `
    mutation StartBacktest($input: StartBacktestInput!) {
      startBacktest(input: $input) {
        __typename
        ... on Backtest {
          id
          pair {
            id
          }
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

export const useBacktestStart = (): Start<BacktestInput> =>
  useStart(StartBacktest, (data) => data.startBacktest, FIELDS)
