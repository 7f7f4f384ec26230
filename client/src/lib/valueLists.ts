/** Lists of values as they are typed into one field: "1, 1.5, 2", ranges as "1 to 3 by 0.5", and a word for none. */

const RANGE = /^(\S+)\s+to\s+(\S+)\s+by\s+(\S+)$/i
const ROUND = 1e9
/** More than any axis takes; a longer range is a slip of the finger. */
const VALUES_MAX = 1000

const number = (text: string): number | undefined => {
  const value = Number(text)
  return text === '' || !Number.isFinite(value) ? undefined : value
}

function rangeOf(from: number, to: number, step: number): number[] | undefined {
  const count = Math.floor((to - from) / step + 1 + 1e-9)
  if (!(step > 0) || count < 1 || count > VALUES_MAX) return undefined
  return Array.from({ length: count }, (_, place) => Math.round((from + place * step) * ROUND) / ROUND)
}

function partOf(text: string, none: string | undefined): (number | null)[] | undefined {
  if (none !== undefined && text.toLowerCase() === none) return [null]
  const range = RANGE.exec(text)
  if (range) {
    const [from, to, step] = range.slice(1).map(number)
    return from === undefined || to === undefined || step === undefined ? undefined : rangeOf(from, to, step)
  }
  const values = text.split(/\s+/).map((word) => (word.toLowerCase() === none ? null : number(word)))
  return values.some((value) => value === undefined) ? undefined : (values as (number | null)[])
}

/** The values of a text in its order, none twice; undefined where something is neither a number nor the word for none. */
export function readValuesOrNone(text: string, none: string | undefined): (number | null)[] | undefined {
  const parts = text
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => partOf(part, none))
  if (parts.length === 0 || parts.some((part) => part === undefined)) return undefined
  return [...new Set((parts as (number | null)[][]).flat())]
}

/** The same without a word for none. */
export const readValues = (text: string): number[] | undefined =>
  readValuesOrNone(text, undefined) as number[] | undefined

/** Values for reading: 1, 1.5, none. */
export const writeValues = (values: readonly (number | null)[], none: string): string =>
  values.map((value) => (value === null ? none : String(value))).join(', ')
