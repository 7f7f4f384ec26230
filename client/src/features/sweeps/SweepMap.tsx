/** The map of a sweep: a figure over two of its axes, chosen in the address. */
import { useMemo, useState } from 'react'
import { Card } from '@/components/Card'
import { ValueMap } from '@/components/charts/ValueMap'
import { Failure } from '@/components/Failure'
import { SelectField } from '@/components/Field'
import { Skeleton } from '@/components/Skeleton'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import type { Cell } from '@/lib/grid'
import {
  AXES,
  type AxisValues,
  axisWords,
  defaultAxes,
  FIGURES,
  figureWords,
  type ParameterSet,
  REDUCTIONS,
  type SweepAxis,
  writeAxisValue,
} from './sweepAxes'
import type { SweepView } from './sweepView'
import { TakenCell } from './TakenCell'
import type { OpenSet } from './useOpenSet'

const SweepMapQuery = graphql(`
  query SweepMap($id: ID!, $x: SweepAxis!, $y: SweepAxis!, $figure: SweepFigure!, $reduce: Reduction!) {
    node(id: $id) {
      __typename
      id
      ... on Sweep {
        heatMap(x: $x, y: $y, figure: $figure, reduce: $reduce) {
          x
          y
          values
        }
      }
    }
  }
`)

interface SweepMapProps {
  id: string
  values: AxisValues
  best: ParameterSet | null
  view: SweepView
  onView: (view: SweepView) => void
  opening: OpenSet
}

type Chosen = Required<SweepView>

function Picks({ chosen, onView }: { chosen: Chosen; onView: (view: SweepView) => void }) {
  const axes = AXES.map(({ value, label }) => ({ value, label }))
  // The axes change places instead of being the same.
  const turn = (side: 'x' | 'y') => (axis: SweepAxis) => {
    const other = side === 'x' ? 'y' : 'x'
    onView({ ...chosen, [side]: axis, ...(chosen[other] === axis ? { [other]: chosen[side] } : {}) })
  }
  return (
    <div className="mb-4 grid grid-cols-2 gap-3 lg:grid-cols-4">
      <SelectField
        label="Figure"
        value={chosen.figure}
        options={FIGURES}
        onValue={(figure) => onView({ ...chosen, figure })}
      />
      <SelectField label="Down" value={chosen.y} options={axes} onValue={turn('y')} />
      <SelectField label="To the right" value={chosen.x} options={axes} onValue={turn('x')} />
      <SelectField
        label="Sets that share a cell"
        value={chosen.reduce}
        options={REDUCTIONS}
        onValue={(reduce) => onView({ ...chosen, reduce })}
      />
    </div>
  )
}

export function SweepMap({ id, values, best, view, onView, opening }: SweepMapProps) {
  const chosen: Chosen = { figure: 'SHARPE', reduce: 'MEDIAN', ...defaultAxes(values), ...view }
  const { data, problem, fetching, again } = useAnswer({ query: SweepMapQuery, variables: { id, ...chosen } })
  const [taken, setTaken] = useState<{ cell: Cell; axes: string } | null>(null)
  const map = data?.node?.__typename === 'Sweep' ? data.node.heatMap : undefined
  const [across, down, figure] = [axisWords(chosen.x), axisWords(chosen.y), figureWords(chosen.figure)]
  const columns = useMemo(
    () => values[across.key].map((value) => writeAxisValue(across, value)),
    [values, across],
  )
  const rows = useMemo(() => values[down.key].map((value) => writeAxisValue(down, value)), [values, down])
  const axes = chosen.x + chosen.y
  const cell = taken?.axes === axes ? taken.cell : null
  return (
    <Card title="Map" hint={`${down.label} runs down, ${across.label.toLowerCase()} to the right.`}>
      <Picks chosen={chosen} onView={onView} />
      {problem && <Failure title="The map cannot be shown" message={problem} onRetry={again} />}
      {!map && fetching && <Skeleton className="h-80" />}
      {map && map.values.length === rows.length * columns.length && (
        <div className="grid gap-4">
          <ValueMap
            label={`${figure.label} by ${down.label.toLowerCase()} and ${across.label.toLowerCase()}, ${rows.length} by ${columns.length}`}
            rows={rows}
            columns={columns}
            values={map.values}
            write={figure.write}
            aroundZero={figure.aroundZero}
            describe={(at, value) =>
              `${down.label} ${rows[at.row]}, ${across.label.toLowerCase()} ${columns[at.column]}: ${value === null ? 'no set' : figure.write(value)}`
            }
            taken={cell}
            onTake={(at) => setTaken({ cell: at, axes })}
          />
          {cell && best && (
            <TakenCell cell={cell} x={chosen.x} y={chosen.y} values={values} best={best} opening={opening} />
          )}
        </div>
      )}
    </Card>
  )
}
