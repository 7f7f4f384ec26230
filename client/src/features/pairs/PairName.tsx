/** A pair's two symbols, in the colours that its legs have in every chart. */
import { graphql } from '@/graphql/tada'

export const PairNameFields = graphql(`
  fragment PairNameFields on Pair @_unmask {
    id
    y {
      id
      symbol
    }
    x {
      id
      symbol
    }
  }
`)

interface PairNameProps {
  y: string
  x: string
}

export function PairName({ y, x }: PairNameProps) {
  return (
    <span className="whitespace-nowrap">
      <span className="text-leg-y">{y}</span>
      <span className="text-muted"> / </span>
      <span className="text-leg-x">{x}</span>
    </span>
  )
}
