declare module 'virtual:schema-shape' {
  /** The members of each union and interface. */
  export const possibleTypes: Record<string, string[]>
  /** Object types that are parts of their parent and have no identity of their own. */
  export const parts: string[]
}
