/** Rows in another order; rows without a value stand last either way. */

export interface Sorting<Name extends string> {
  by: Name
  descending: boolean
}

type Value = number | string | null | undefined

/** Sorted copies: equal values keep their order. */
export function sortRows<Row>(rows: readonly Row[], key: (row: Row) => Value, descending: boolean): Row[] {
  const sign = descending ? -1 : 1
  return rows.toSorted((one, other) => {
    const [a, b] = [key(one) ?? null, key(other) ?? null]
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    return a === b ? 0 : a < b ? -sign : sign
  })
}

/** What a press on a column's head changes to: another column begins as it says, the same one turns round. */
export const pressed = <Name extends string>(
  now: Sorting<Name>,
  by: Name,
  descendingFirst: boolean,
): Sorting<Name> => ({ by, descending: now.by === by ? !now.descending : descendingFirst })
