/** What a p-value means, in words that do not promise too much. */
import { formatNumber } from './numbers'

const LEVEL = 0.05

/** The p-value as it is written: 0.0004 is "p < 0.001". */
export function formatPValue(pValue: number): string {
  return pValue < 0.001 ? 'p < 0.001' : `p = ${formatNumber(pValue, 3)}`
}

/** Whether a test rejects "no cointegration" at 5%. */
export const isEvidence = (pValue: number): boolean => pValue < LEVEL

/** A sentence about a cointegration test. */
export function describePValue(pValue: number): string {
  return isEvidence(pValue)
    ? 'Evidence of cointegration at 5% — before counting how many pairs were tried.'
    : 'No evidence of cointegration at 5%: a random walk would often look like this.'
}

/** How much of a p-value is known: tables of critical values end somewhere. */
export type PValueBound = 'EXACT' | 'AT_MOST' | 'AT_LEAST'

/** A p-value for a table: 0.0312, "< 0.001", or "≤ 0.01" where the table ends. */
export function formatBoundedPValue(pValue: number, bound: PValueBound): string {
  if (bound === 'AT_MOST') return `≤ ${formatNumber(pValue)}`
  if (bound === 'AT_LEAST') return `≥ ${formatNumber(pValue)}`
  return pValue < 0.001 ? '< 0.001' : formatNumber(pValue, 3)
}
