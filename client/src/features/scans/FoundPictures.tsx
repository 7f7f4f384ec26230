/** The p-values of all tests twice: counted against chance, and as a map by pair. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Card } from '@/components/Card'
import { HeatMap } from '@/components/charts/HeatMap'
import { Histogram } from '@/components/charts/Histogram'
import type { Legs } from '@/features/pairs/usePairCreation'
import { graphql } from '@/graphql/tada'
import { SmallestCells } from './SmallestCells'

export const HistogramFields = graphql(`
  fragment HistogramFields on ScanSummary {
    pairsTested
    histogram
  }
`)

export const MatrixFields = graphql(`
  fragment MatrixFields on PValueMatrix {
    symbols
    pValues
  }
`)

interface FoundPicturesProps {
  summary: FragmentOf<typeof HistogramFields>
  matrix: FragmentOf<typeof MatrixFields> | null
  level: number
  /** Where no table of results follows, the smallest p-values are listed beside the map. */
  listing?: boolean
  onOpen: (legs: Legs) => void
}

export function FoundPictures({ summary, matrix, level, listing = false, onOpen }: FoundPicturesProps) {
  const { histogram, pairsTested } = readFragment(HistogramFields, summary)
  const map = readFragment(MatrixFields, matrix)
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.15fr)]">
      <div className="grid min-w-0 gap-6">
        <Card
          title="p-values against chance"
          hint="Without any cointegrated pair, all bars would be about as high as the line."
        >
          <Histogram
            label={`Histogram of the p-values of ${pairsTested} tests in ${histogram.length} bins, with the count expected by chance`}
            counts={histogram}
            mark={level}
            what="pairs"
          />
        </Card>
        {listing && map && <SmallestCells {...map} onOpen={onOpen} />}
      </div>
      <Card title="Map of p-values" hint="Each cell is one test: row y explained by column x.">
        {map ? (
          <HeatMap
            label={`p-values of ${map.symbols.length} by ${map.symbols.length} instruments; arrow keys move, Enter opens a pair`}
            symbols={map.symbols}
            pValues={map.pValues}
            level={level}
            onOpen={(y, x) => onOpen({ y, x })}
          />
        ) : (
          <p className="text-sm text-muted">
            A universe of more than 400 instruments is not drawn; its best pairs are listed.
          </p>
        )}
      </Card>
    </div>
  )
}
