/** A table that scrolls sideways inside its card, never the page. */
import type { ReactNode, TdHTMLAttributes, ThHTMLAttributes } from 'react'
import { classes } from '@/lib/classes'

export function Table({ label, head, children }: { label: string; head: ReactNode; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section aria-label={label} tabIndex={0} className="scroll-hint overflow-x-auto">
      <table className="w-full border-collapse text-sm">
        <thead className="border-y border-line bg-raised/60 text-xs text-muted">
          <tr>{head}</tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </section>
  )
}

interface CellProps {
  end?: boolean
}

const cell = (end: boolean | undefined) =>
  classes(
    'px-3 whitespace-nowrap first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5',
    end ? 'text-right' : 'text-left',
  )

export function Th({ end, className, ...rest }: CellProps & ThHTMLAttributes<HTMLTableCellElement>) {
  return <th scope="col" {...rest} className={classes(cell(end), 'py-2 font-medium', className)} />
}

export function Td({ end, className, ...rest }: CellProps & TdHTMLAttributes<HTMLTableCellElement>) {
  return <td {...rest} className={classes(cell(end), 'py-2.5', className)} />
}

/** A row that answers to the pointer. */
export function Tr({ children }: { children: ReactNode }) {
  return <tr className="hover:bg-raised/60">{children}</tr>
}
