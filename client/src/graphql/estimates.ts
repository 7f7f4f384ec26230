/** An estimated number as components read it. */
import type { ResultOf } from 'gql.tada'
import { graphql } from './tada'

export const EstimateFields = graphql(`
  fragment EstimateFields on Estimate @_unmask {
    value
    low
    high
    reason
  }
`)

export type Estimate = ResultOf<typeof EstimateFields>
