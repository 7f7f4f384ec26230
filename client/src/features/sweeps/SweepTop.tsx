/** The best sets of a sweep; each opens as a backtest. */
import { type FragmentOf, type ResultOf, readFragment } from 'gql.tada'
import { Button } from '@/components/Button'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Table, Td, Th, Tr } from '@/components/Table'
import { graphql } from '@/graphql/tada'
import { formatCount, formatNumber, formatSignedPercent } from '@/lib/numbers'
import { AXES, type AxisValues, figureWords, type SweepFigure, writeAxisValue } from './sweepAxes'
import type { OpenSet } from './useOpenSet'

export const SweepCellFields = graphql(`
  fragment SweepCellFields on SweepCell {
    rank
    hedge
    window
    entry
    exit
    stop
    maxHold
    costBps
    sharpe
    totalReturn
    maxDrawdown
    trades
    turnover
  }
`)

export type SweepCell = ResultOf<typeof SweepCellFields>

interface SweepTopProps {
  cells: readonly FragmentOf<typeof SweepCellFields>[]
  values: AxisValues
  figure: SweepFigure
  opening: OpenSet
}

export function SweepTop({ cells: masked, values, figure, opening }: SweepTopProps) {
  const cells = readFragment(SweepCellFields, masked)
  const axes = AXES.filter(({ key }) => values[key].length > 1)
  return (
    <Card
      title="Best sets"
      hint={`By ${figureWords(figure).label}, best first. Axes with one value are left out.`}
      flush
    >
      {cells.length === 0 ? (
        <EmptyState title="No set has this figure" />
      ) : (
        <Table
          label="Table of best sets"
          head={
            <>
              <Th end>#</Th>
              <Th aria-label="Actions" />
              {axes.map(({ key, label }) => (
                <Th key={key} end={key !== 'hedge'}>
                  {label}
                </Th>
              ))}
              <Th end>Sharpe</Th>
              <Th end>Return</Th>
              <Th end>Drawdown</Th>
              <Th end>Trades</Th>
              <Th end>Turnover</Th>
            </>
          }
        >
          {cells.map((cell) => (
            <Tr key={cell.rank}>
              <Td end>{cell.rank}</Td>
              <Td>
                <Button
                  size="small"
                  busy={opening.busy}
                  aria-label={`Open set ${cell.rank} as a backtest`}
                  onClick={() => void opening.open(setOf(cell))}
                >
                  Open
                </Button>
              </Td>
              {axes.map((axis) => (
                <Td key={axis.key} end={axis.key !== 'hedge'}>
                  {writeAxisValue(axis, cell[axis.key])}
                </Td>
              ))}
              <Td end>{formatNumber(cell.sharpe)}</Td>
              <Td end>{formatSignedPercent(cell.totalReturn)}</Td>
              <Td end>{formatSignedPercent(cell.maxDrawdown)}</Td>
              <Td end>{formatCount(cell.trades)}</Td>
              <Td end>{formatNumber(cell.turnover, 1)}</Td>
            </Tr>
          ))}
        </Table>
      )}
    </Card>
  )
}

/** The parameters of a cell, without its figures. */
export const setOf = ({ hedge, window, entry, exit, stop, maxHold, costBps }: SweepCell) => ({
  hedge,
  window,
  entry,
  exit,
  stop,
  maxHold,
  costBps,
})
