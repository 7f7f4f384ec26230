/** The result of a sweep that succeeded. It is asked for when the job has ended, so nothing here is half a result. */

import { readFragment } from 'gql.tada'
import { useMemo } from 'react'
import { Failure } from '@/components/Failure'
import { Problems } from '@/components/Problems'
import { Skeleton } from '@/components/Skeleton'
import { TrialsCard, TrialsFields } from '@/features/campaigns/TrialsCard'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { SweepMap } from './SweepMap'
import { SweepCellFields, SweepTop, setOf } from './SweepTop'
import { SweepVerdict, SweepVerdictFields } from './SweepVerdict'
import type { AxisValues } from './sweepAxes'
import type { SweepView } from './sweepView'
import { type SetContext, useOpenSet } from './useOpenSet'

const TOP = 20

const SweepReportQuery = graphql(
  `
    query SweepReport($id: ID!, $figure: SweepFigure!, $first: Int!) {
      node(id: $id) {
        __typename
        id
        ... on Sweep {
          summary {
            ...SweepVerdictFields
          }
          trials {
            campaign {
              id
            }
            ...TrialsFields
          }
          best: top(figure: SHARPE, first: 1) {
            ...SweepCellFields
          }
          top(figure: $figure, first: $first) {
            ...SweepCellFields
          }
        }
      }
    }
  `,
  [SweepVerdictFields, TrialsFields, SweepCellFields],
)

interface SweepReportProps {
  context: Omit<SetContext, 'campaignId'>
  values: AxisValues
  view: SweepView
  onView: (view: SweepView) => void
}

export function SweepReport({ context, values, view, onView }: SweepReportProps) {
  const figure = view.figure ?? 'SHARPE'
  const { data, problem, again } = useAnswer({
    query: SweepReportQuery,
    variables: { id: context.sweepId, figure, first: TOP },
  })
  const sweep = data?.node?.__typename === 'Sweep' ? data.node : undefined
  const opening = useOpenSet({ ...context, campaignId: sweep?.trials?.campaign.id ?? null })
  const [first] = sweep?.best ?? []
  const best = useMemo(() => (first ? readFragment(SweepCellFields, first) : null), [first])
  if (problem) return <Failure title="The result cannot be shown" message={problem} onRetry={again} />
  if (!sweep?.summary) return <Skeleton className="h-[36rem]" />
  return (
    <>
      <SweepVerdict summary={sweep.summary} best={best?.sharpe ?? null} />
      <Problems title="The set cannot be opened" messages={opening.problems} />
      <SweepMap
        id={context.sweepId}
        values={values}
        best={best && setOf(best)}
        view={view}
        onView={onView}
        opening={opening}
      />
      <SweepTop cells={sweep.top} values={values} figure={figure} opening={opening} />
      {sweep.trials && <TrialsCard trials={sweep.trials} whose="the best set" />}
    </>
  )
}
