/** A watched pair's state as ticks tell it. */
import { graphql } from './tada'

export const PairStateFields = graphql(`
  fragment PairStateFields on PairState @_unmask {
    spread
    zScore
    hedgeRatio
    signal
    halfLife
    decay
    barTime
    asOf
    seq
    stale
    staleSince
    replay
    reason
  }
`)
