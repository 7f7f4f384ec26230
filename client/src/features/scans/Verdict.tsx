/** What was found, in words first and big: how many tests, how many by chance, how many remain. */
import type { Correction } from './scanDraft'
import { CORRECTIONS, NAMES_OF_CORRECTIONS } from './scanWords'
import { type Found, verdictOf } from './verdict'

interface VerdictProps {
  found: Found
  level: number
  correction: Correction
}

export function Verdict({ found, level, correction }: VerdictProps) {
  const choice = CORRECTIONS.find(({ value }) => value === correction)
  const words = verdictOf(found, level, correction)
  return (
    <div>
      <p className="text-xl leading-snug font-semibold sm:text-2xl">
        {words.found}; <span className="text-leg-x">{words.chance}</span>;{' '}
        <span className={found.discoveries > 0 ? 'text-gain' : undefined}>{words.remain}</span>.
      </p>
      <p className="mt-1.5 text-muted">{words.advice}</p>
      <p className="mt-1 text-xs text-muted">
        {NAMES_OF_CORRECTIONS[correction]}: the correction for many tests
        {choice && ` by ${choice.label}. ${choice.meaning}`}
      </p>
    </div>
  )
}
