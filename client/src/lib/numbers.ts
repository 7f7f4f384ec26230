/** How numbers are written: one place, in the reader's locale, with a sign where the sign is the news. */

const MISSING = '—'
const MINUS = '−'

function format(value: number | null | undefined, options: Intl.NumberFormatOptions): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING
  // What rounds to zero has no sign.
  return new Intl.NumberFormat(undefined, { signDisplay: 'negative', ...options })
    .format(value)
    .replace('-', MINUS)
}

const decimals = (digits: number): Intl.NumberFormatOptions => ({
  minimumFractionDigits: digits,
  maximumFractionDigits: digits,
})

/** A whole number, such as a number of bars. */
export const formatCount = (value: number | null | undefined) => format(value, { maximumFractionDigits: 0 })

/** How many are expected on average: 19, but 0.3 rather than none. */
export const formatExpected = (value: number) =>
  value < 1 ? format(value, { maximumSignificantDigits: 2 }) : formatCount(value)

/** A large number in few characters, such as a volume: 12.3M. */
export const formatCompact = (value: number | null | undefined) =>
  format(value, { notation: 'compact', maximumFractionDigits: 1 })

/** A number with a fixed number of decimals. */
export const formatNumber = (value: number | null | undefined, digits = 2) => format(value, decimals(digits))

/** A number with a sign, whatever it is: +1.20, −0.30. */
export const formatSigned = (value: number | null | undefined, digits = 2) =>
  format(value, { ...decimals(digits), signDisplay: 'exceptZero' })

/** A fraction as a percentage: 0.123 is 12.3%. */
export const formatPercent = (value: number | null | undefined, digits = 1) =>
  format(value, { ...decimals(digits), style: 'percent' })

/** A fraction as a signed percentage. */
export const formatSignedPercent = (value: number | null | undefined, digits = 1) =>
  format(value, { ...decimals(digits), style: 'percent', signDisplay: 'exceptZero' })

/** An amount with its currency; a currency that is no code is written after the number, or not at all. */
export function formatMoney(value: number | null | undefined, currency: string, digits = 0): string {
  try {
    return format(value, {
      ...decimals(digits),
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
    })
  } catch {
    return `${format(value, decimals(digits))} ${currency}`.trimEnd()
  }
}

/** A profit or loss: an amount whose sign is always written. */
export function formatProfit(value: number | null | undefined, currency: string, digits = 0): string {
  const amount = formatMoney(value, currency, digits)
  return value !== null && value !== undefined && value > 0 ? `+${amount}` : amount
}

/** Whether a result is a gain, a loss or neither: colour never says it alone, the sign says it too. */
export function tone(value: number | null | undefined): 'gain' | 'loss' | 'plain' {
  if (value === null || value === undefined || value === 0) return 'plain'
  return value > 0 ? 'gain' : 'loss'
}
