/** The markets with the number of their instruments, and which of them a form begins with. */
import { useQuery } from 'urql'
import { graphql } from '@/graphql/tada'

const Markets = graphql(`
  query Markets {
    markets(first: 50) {
      nodes {
        id
        code
        name
        instruments(first: 1) {
          totalCount
        }
      }
    }
  }
`)

export function useMarkets() {
  const [{ data, fetching }] = useQuery({ query: Markets })
  return { markets: data?.markets.nodes, fetching }
}

interface Counted {
  code: string
  instruments: { totalCount: number | null }
}

/** The market with the most instruments, of equal ones the first: a single imported file must not take its place. */
export function largestMarket(markets: readonly Counted[]): string | undefined {
  const size = ({ instruments }: Counted) => instruments.totalCount ?? 0
  const most = Math.max(...markets.map(size))
  return markets.find((market) => size(market) === most)?.code
}
