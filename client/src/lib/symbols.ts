/** Symbols as people type them. */

/** The symbols in a text, with those already there and none twice: "ko, pep xom" adds three. */
export function addSymbols(symbols: readonly string[], text: string): string[] {
  const added = text
    .toUpperCase()
    .split(/[\s,;]+/)
    .filter(Boolean)
  return [...new Set([...symbols, ...added])]
}
