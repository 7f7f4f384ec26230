/** The cell that was taken from the map, made a whole parameter set, and the button that opens it as a backtest. */
import { useState } from 'react'
import { Button } from '@/components/Button'
import { SelectField } from '@/components/Field'
import type { Cell } from '@/lib/grid'
import {
  AXES,
  type AxisKey,
  type AxisValue,
  type AxisValues,
  axisWords,
  type ParameterSet,
  type SweepAxis,
  writeAxisValue,
} from './sweepAxes'
import type { OpenSet } from './useOpenSet'

interface TakenCellProps {
  cell: Cell
  x: SweepAxis
  y: SweepAxis
  values: AxisValues
  /** The values of the other axes to begin with. */
  best: ParameterSet
  opening: OpenSet
}

export function TakenCell({ cell, x, y, values, best, opening }: TakenCellProps) {
  const [others, setOthers] = useState<Partial<Record<AxisKey, AxisValue>>>({})
  const [across, down] = [axisWords(x), axisWords(y)]
  const set: ParameterSet = {
    ...best,
    ...others,
    [across.key]: values[across.key][cell.column] ?? null,
    [down.key]: values[down.key][cell.row] ?? null,
  }
  const free = AXES.filter((axis) => axis !== across && axis !== down && values[axis.key].length > 1)
  return (
    <div className="grid gap-3 rounded-md border border-line-strong bg-raised p-3">
      <p className="font-medium">
        {down.label} {writeAxisValue(down, set[down.key])}, {across.label.toLowerCase()}{' '}
        {writeAxisValue(across, set[across.key])}
      </p>
      {free.length > 0 && (
        <div className="grid grid-cols-2 items-start gap-3 sm:grid-cols-3">
          {free.map((axis) => (
            <SelectField
              key={axis.key}
              label={axis.label}
              value={String(values[axis.key].indexOf(set[axis.key]))}
              options={values[axis.key].map((value, place) => ({
                value: String(place),
                label: writeAxisValue(axis, value),
              }))}
              onValue={(place) =>
                setOthers({ ...others, [axis.key]: values[axis.key][Number(place)] ?? null })
              }
            />
          ))}
        </div>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <Button look="primary" size="small" busy={opening.busy} onClick={() => void opening.open(set)}>
          Open as a backtest
        </Button>
        {free.length > 0 && (
          <p className="text-xs text-muted">
            Several sets share the cell; the others begin as in the best set.
          </p>
        )}
      </div>
    </div>
  )
}
