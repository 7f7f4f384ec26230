/** Parameters as a manifest carries them, JSON, in rows for reading. */
import { isDay } from '@/lib/dates'

export interface ParameterRow {
  name: string
  value: string
}

const DAY_LENGTH = 10

/** A JSON value for reading; a moment at midnight is its day. */
export function writeParameter(value: unknown): string {
  if (value === null || value === undefined) return '—'
  if (typeof value === 'string')
    return value.length > DAY_LENGTH && isDay(value.slice(0, DAY_LENGTH)) ? value.slice(0, DAY_LENGTH) : value
  if (Array.isArray(value)) return value.map(writeParameter).join(', ')
  if (typeof value === 'object') {
    const inside = value as Record<string, unknown>
    return 'start' in inside && 'end' in inside
      ? `${writeParameter(inside['start'])} to ${writeParameter(inside['end'])}`
      : JSON.stringify(value)
  }
  return String(value)
}

/** JSON text for reading; text that is no JSON is shown as it is. */
export function writeJson(text: string): string {
  try {
    return writeParameter(JSON.parse(text))
  } catch {
    return text
  }
}

/** The parameters of a run by name. */
export function parameterRows(text: string): ParameterRow[] {
  try {
    const parameters: unknown = JSON.parse(text)
    if (typeof parameters !== 'object' || parameters === null) return [{ name: 'all', value: text }]
    return Object.entries(parameters).map(([name, value]) => ({ name, value: writeParameter(value) }))
  } catch {
    return [{ name: 'all', value: text }]
  }
}
