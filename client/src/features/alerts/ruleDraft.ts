/** The form of a rule as it is typed, and as the graph takes it. */
import { readNumber } from '@/lib/draft'
import { type AlertKind, type AlertSide, KINDS, ruleWords } from './alertWords'
import type { RuleInput } from './useRuleCreation'

export interface RuleDraft {
  pairId: string
  kind: AlertKind
  side: AlertSide
  threshold: string
  margin: string
  name: string
  webhookUrl: string
}

/** Names of the form's fields, as problems' paths name them. */
export const RULE_FIELDS = ['pairId', 'kind', 'side', 'threshold', 'margin', 'name', 'webhookUrl']

export const ruleDraft = (pairId: string): RuleDraft => ({
  pairId,
  kind: 'Z_SCORE',
  side: 'ABOVE',
  threshold: KINDS.Z_SCORE.threshold?.usual ?? '',
  margin: '',
  name: '',
  webhookUrl: '',
})

/** Another kind has another threshold, and only the z-score has two sides. */
export const withKind = (draft: RuleDraft, kind: AlertKind): RuleDraft => ({
  ...draft,
  kind,
  side: kind === 'Z_SCORE' ? draft.side : 'ABOVE',
  threshold: KINDS[kind].threshold?.usual ?? '',
})

/** What a rule is called when nobody says otherwise: "KO/PEP: |z| above 2". */
export function usualName({ kind, side, threshold }: RuleDraft, pair: string): string {
  return `${pair}: ${ruleWords(kind, side, readNumber(threshold) ?? null)}`
}

type Read = { input: RuleInput } | { mistakes: Record<string, string> }

/** The input that a draft says, or what cannot be read, by field. */
export function readRuleDraft(draft: RuleDraft, pair: string): Read {
  const mistakes: Record<string, string> = {}
  const number = (name: 'threshold' | 'margin'): number => {
    const value = readNumber(draft[name])
    if (value === undefined) mistakes[name] = 'A number is needed here.'
    return value ?? 0
  }
  if (draft.pairId === '') mistakes['pairId'] = 'Choose a pair.'
  const input: RuleInput = {
    pairId: draft.pairId,
    kind: draft.kind,
    side: draft.side,
    name: draft.name.trim() || usualName(draft, pair),
    threshold: KINDS[draft.kind].threshold ? number('threshold') : null,
    margin: draft.margin.trim() === '' ? null : number('margin'),
    webhookUrl: draft.webhookUrl.trim() || null,
  }
  return Object.keys(mistakes).length > 0 ? { mistakes } : { input }
}
