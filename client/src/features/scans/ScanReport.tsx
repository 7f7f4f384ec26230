/** The result of a scan that succeeded. It is asked for when the job has ended, so nothing here is half a result. */
import { Failure } from '@/components/Failure'
import { Problems } from '@/components/Problems'
import { Skeleton } from '@/components/Skeleton'
import type { PriceScale } from '@/features/pairs/priceScales'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import type { Period } from '@/lib/periods'
import { FoundPictures, HistogramFields, MatrixFields } from './FoundPictures'
import type { ResultView } from './resultView'
import { ScanIdentities, ScanIdentitiesFields } from './ScanIdentities'
import { ScanResults } from './ScanResults'
import type { Correction } from './scanDraft'
import { UnusableFields, UnusableMembers } from './UnusableMembers'
import { useOpenPair } from './useOpenPair'
import { Verdict } from './Verdict'

const ScanReportQuery = graphql(
  `
    query ScanReport($id: ID!) {
      scan(id: $id) {
        id
        summary {
          pairsTested
          untestable
          belowLevel
          expectedFalse
          discoveries
          ...HistogramFields
        }
        matrix {
          ...MatrixFields
        }
        unusable {
          ...UnusableFields
        }
        ...ScanIdentitiesFields
      }
    }
  `,
  [HistogramFields, MatrixFields, UnusableFields, ScanIdentitiesFields],
)

interface ScanReportProps {
  id: string
  formation: Period
  prices: PriceScale
  level: number
  correction: Correction
  view: ResultView
  onView: (view: ResultView) => void
}

export function ScanReport({ id, formation, prices, level, correction, view, onView }: ScanReportProps) {
  const { data, problem, again } = useAnswer({ query: ScanReportQuery, variables: { id } })
  const { busy, problems, open } = useOpenPair(formation, prices)
  const scan = data?.scan
  if (problem) return <Failure title="The result cannot be shown" message={problem} onRetry={again} />
  if (!scan?.summary) return <Skeleton className="h-[36rem]" />
  return (
    <>
      <Verdict found={scan.summary} level={level} correction={correction} />
      <Problems title="The pair cannot be opened" messages={problems} />
      <FoundPictures
        summary={scan.summary}
        matrix={scan.matrix}
        level={level}
        onOpen={(legs) => void open(legs)}
      />
      <ScanResults
        scanId={id}
        level={level}
        view={view}
        opening={busy}
        onOpen={(legs) => void open(legs)}
        onView={onView}
      />
      <UnusableMembers members={scan.unusable} />
      <ScanIdentities scan={scan} />
    </>
  )
}
