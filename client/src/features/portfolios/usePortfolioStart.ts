/** Starts a portfolio. */
import { ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { type Start, useStart } from '@/graphql/useStart'
import { FIELDS, type PortfolioInput } from './portfolioDraft'

export const StartPortfolio = graphql(
  `
    mutation StartPortfolio($input: StartPortfolioInput!) {
      startPortfolio(input: $input) {
        __typename
        ... on Portfolio {
          id
        }
        ...ProblemFields
      }
    }
  `,
  [ProblemFields],
)

export const usePortfolioStart = (): Start<PortfolioInput> =>
  useStart(StartPortfolio, (data) => data.startPortfolio, FIELDS)
