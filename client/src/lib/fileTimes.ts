/** What the times of a file say about their zone. */

export type ZoneOfTimes = 'days' | 'carried' | 'missing' | 'unknown'

const DAY_ONLY = /^(\d{4}[-/.]?\d{1,2}[-/.]?\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})$/
const EPOCH = /^\d{9,19}(\.\d+)?$/
const ZONED = /(Z|UTC|GMT|[+-]\d{2}:?\d{2})$/i
const CLOCK = /\d{1,2}:\d{2}/

/** Days need no zone, some times carry theirs, others must be told. */
export function zoneOfTimes(samples: readonly string[]): ZoneOfTimes {
  const known = samples.map((text) => text.trim()).filter(Boolean)
  if (known.length === 0) return 'unknown'
  // Midnight and nothing else is how dates of daily bars are often written.
  if (known.every((text) => DAY_ONLY.test(text) || /[ T]00:00(:00(\.0+)?)?$/.test(text))) return 'days'
  if (known.every((text) => EPOCH.test(text) || (CLOCK.test(text) && ZONED.test(text)))) return 'carried'
  return known.every((text) => CLOCK.test(text) && !ZONED.test(text)) ? 'missing' : 'unknown'
}
