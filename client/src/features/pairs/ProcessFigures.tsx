/** How the spread moves: its persistence, and the process behind it, with intervals. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { EstimateStat } from '@/components/Stat'
import { graphql } from '@/graphql/tada'
import { formatNumber } from '@/lib/numbers'

export const ProcessFields = graphql(`
  fragment ProcessFields on PairAnalysis {
    hurst {
      value
      low
      high
      reason
    }
    ou {
      kappa {
        value
        low
        high
        reason
      }
      mu {
        value
        low
        high
        reason
      }
      sigma {
        value
        low
        high
        reason
      }
      halfLife {
        value
        low
        high
        reason
      }
    }
  }
`)

const digits = (count: number) => (value: number) => formatNumber(value, count)

export function ProcessFigures({ analysis }: { analysis: FragmentOf<typeof ProcessFields> }) {
  const { hurst, ou } = readFragment(ProcessFields, analysis)
  return (
    <div className="grid gap-3">
      <dl className="grid grid-cols-2 gap-x-5 gap-y-4 md:grid-cols-3 xl:grid-cols-5">
        <EstimateStat name="Hurst exponent" estimate={hurst} write={digits(3)} />
        <EstimateStat name="Reversion κ, per bar" estimate={ou.kappa} write={digits(4)} />
        <EstimateStat name="Mean μ of the spread" estimate={ou.mu} write={digits(4)} />
        <EstimateStat name="Volatility σ, per √bar" estimate={ou.sigma} write={digits(4)} />
        <EstimateStat name="Half-life ln 2 / κ, bars" estimate={ou.halfLife} write={digits(1)} />
      </dl>
      <p className="text-xs text-muted">
        Hurst: 0.5 for a random walk, less where moves are undone, more where they go on. κ, μ and σ are those
        of an Ornstein–Uhlenbeck process: κ is how much of a deviation goes per bar, μ where the spread
        returns to, σ how much noise each bar adds.
      </p>
    </div>
  )
}
