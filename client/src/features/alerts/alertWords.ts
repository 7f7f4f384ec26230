/** Kinds of alerts, their figures and their delivery, in words. */
import type { BadgeTone } from '@/components/Badge'
import { falseAlarmWords, type Timeframe } from '@/features/live/liveWords'
import type { graphql } from '@/graphql/tada'
import { type RawSearch, readText } from '@/lib/search'

export type AlertKind = ReturnType<typeof graphql.scalar<'AlertKind'>>
export type AlertSide = ReturnType<typeof graphql.scalar<'AlertSide'>>
export type DeliveryState = ReturnType<typeof graphql.scalar<'DeliveryState'>>

interface KindWords {
  label: string
  /** What its threshold is; null where it has none. */
  threshold: { label: string; suffix?: string; usual: string } | null
  meaning: string
}

export const KINDS: Record<AlertKind, KindWords> = {
  Z_SCORE: {
    label: 'z-score',
    threshold: { label: '|z|', usual: '2' },
    meaning:
      'Raised when |z| crosses the threshold, and again only after it has come back past it by the margin.',
  },
  SIGNAL: {
    label: 'Signal',
    threshold: null,
    meaning: 'Raised whenever the signal changes: long, short or flat.',
  },
  HALF_LIFE: {
    label: 'Half-life',
    threshold: { label: 'Half-life', suffix: 'bars', usual: '60' },
    meaning: 'Raised when deviations take longer than this to halve, or stop halving at all.',
  },
  DECAY: {
    label: 'Decay of cointegration',
    threshold: null,
    meaning: 'Raised when the evidence that the spread has become a random walk reaches its alarm level',
  },
  STALE: {
    label: 'Stale feed',
    threshold: { label: 'Silence', suffix: 's', usual: '60' },
    meaning: 'Raised when no bar of both legs has come for so many seconds.',
  },
}

export const ALERT_KINDS = Object.keys(KINDS) as AlertKind[]

/** What a rule on a watched pair does, with the stated rate of false alarms where it has one. */
export function ruleMeaning(
  kind: AlertKind,
  watch: { falseAlarmBars: number; timeframe: Timeframe } | undefined,
): string {
  const { meaning } = KINDS[kind]
  if (kind !== 'DECAY') return meaning
  const rate = watch
    ? falseAlarmWords(watch.falseAlarmBars, watch.timeframe)
    : 'with the rate of false alarms that the watch states'
  return `${meaning}: ${rate}.`
}

/** A rule in few words: "|z| above 2". */
export function ruleWords(kind: AlertKind, side: AlertSide, threshold: number | null): string {
  const words = KINDS[kind].threshold
  if (!words || threshold === null) return kind === 'SIGNAL' ? 'Any change' : 'Alarm level reached'
  const amount = `${threshold.toLocaleString()}${words.suffix ? ` ${words.suffix}` : ''}`
  return `${words.label} ${side === 'BELOW' ? 'below' : 'above'} ${amount}`
}

/** Where a delivery stands; null when nothing is delivered. */
export const DELIVERIES: Record<DeliveryState, { label: string; tone: BadgeTone } | null> = {
  NONE: null,
  PENDING: { label: 'Webhook pending', tone: 'accent' },
  DELIVERED: { label: 'Webhook delivered', tone: 'gain' },
  FAILED: { label: 'Webhook failed', tone: 'loss' },
}

export type AlertChoice = 'all' | 'unseen'

export interface AlertView {
  show?: AlertChoice
  /** The global id of a pair to begin a rule with. */
  pair?: string
}

/** What an address says about the view; anything else, and the default, is dropped. */
export function readAlertView(search: RawSearch): AlertView {
  const pair = readText(search['pair'])
  return { ...(search['show'] === 'all' ? { show: 'all' } : {}), ...(pair ? { pair } : {}) }
}
