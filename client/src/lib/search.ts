/** Reading what an address says in its search parameters. */

/** An address's search parameters as they are: anything. */
export type RawSearch = Readonly<Record<string, unknown>>

/** A text that says something. */
export const readText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** A route's reader of parameters that are free texts. */
export const readingTexts =
  <Name extends string>(...names: readonly Name[]) =>
  (search: RawSearch): { [name in Name]?: string } =>
    Object.fromEntries(
      names.filter((name) => readText(search[name])).map((name) => [name, search[name]]),
    ) as never
