/** How a table is sorted, and what a press on a column does to it. */

export interface Sorting<Name extends string> {
  by: Name
  descending: boolean
}

/** What a press on a column's head changes to: another column begins as it says, the same one turns round. */
export const pressed = <Name extends string>(
  now: Sorting<Name>,
  by: Name,
  descendingFirst: boolean,
): Sorting<Name> => ({ by, descending: now.by === by ? !now.descending : descendingFirst })
