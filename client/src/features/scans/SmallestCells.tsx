/** The tests with the smallest p-values of a map, by name: what the eye would otherwise have to hunt for. */
import { Card } from '@/components/Card'
import { PairName } from '@/features/pairs/PairName'
import type { Legs } from '@/features/pairs/usePairCreation'
import { smallestCells, valueAt } from '@/lib/grid'
import { formatNumber } from '@/lib/numbers'
import type { Column } from '@/lib/series'

const SHOWN = 10

interface SmallestCellsProps {
  symbols: readonly string[]
  pValues: Column
  onOpen: (legs: Legs) => void
}

export function SmallestCells({ symbols, pValues, onOpen }: SmallestCellsProps) {
  const size = symbols.length
  const found = smallestCells(pValues, size, SHOWN).flatMap((cell) => {
    const [y, x] = [symbols[cell.row], symbols[cell.column]]
    return y === undefined || x === undefined ? [] : [{ y, x, pValue: valueAt(pValues, size, cell) }]
  })
  if (found.length === 0) return null
  return (
    <Card title="Smallest p-values" hint="Not yet corrected; a press opens the pair." flush>
      <ol className="grid border-t border-line sm:grid-flow-col sm:grid-cols-2 sm:grid-rows-5">
        {found.map(({ y, x, pValue }) => (
          <li key={`${y}/${x}`}>
            <button
              type="button"
              aria-label={`Open ${y}/${x}`}
              className="flex min-h-9 w-full items-center justify-between gap-3 px-4 text-sm hover:bg-raised sm:px-5"
              onClick={() => onOpen({ y, x })}
            >
              <span className="font-medium">
                <PairName y={y} x={x} />
              </span>
              <span className="text-muted">{formatNumber(pValue, 4)}</span>
            </button>
          </li>
        ))}
      </ol>
    </Card>
  )
}
