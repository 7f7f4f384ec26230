/** What was typed into a form's field, as the graph takes it. */

/** A number, or undefined where the text is none. */
export function readNumber(text: string): number | undefined {
  const value = Number(text.trim())
  return text.trim() === '' || !Number.isFinite(value) ? undefined : value
}

/** A whole number, or undefined. */
export function readInteger(text: string): number | undefined {
  const value = readNumber(text)
  return value !== undefined && Number.isInteger(value) ? value : undefined
}

/** A key that tells one submission from another. randomUUID would need a secure context. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
