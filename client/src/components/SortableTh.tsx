/** The head of a column that can be sorted by, by pointer and by keyboard. */
import { pressed, type Sorting } from '@/lib/sorting'
import { Th } from './Table'

interface SortableThProps<Name extends string> {
  name: Name
  label: string
  sorting: Sorting<Name>
  end?: boolean
  /** Whether the first press puts the largest first. */
  descendingFirst?: boolean
  onSorting: (sorting: Sorting<Name>) => void
}

export function SortableTh<Name extends string>(props: SortableThProps<Name>) {
  const { name, label, sorting, end = false, descendingFirst = false, onSorting } = props
  const active = sorting.by === name
  const direction = sorting.descending ? 'descending' : 'ascending'
  return (
    <Th end={end} aria-sort={active ? direction : 'none'}>
      <button
        type="button"
        className="-mx-1 inline-flex min-h-[24px] items-center gap-1 rounded px-1 font-medium hover:text-ink"
        onClick={() => onSorting(pressed(sorting, name, descendingFirst))}
      >
        {label}
        <span aria-hidden="true" className={active ? '' : 'opacity-75'}>
          {active ? (sorting.descending ? '▼' : '▲') : '↕'}
        </span>
      </button>
    </Th>
  )
}
