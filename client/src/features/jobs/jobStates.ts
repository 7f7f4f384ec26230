/** The states and kinds of jobs in words, and which states a list shows. */
import type { BadgeTone } from '@/components/Badge'
import type { graphql } from '@/graphql/tada'
import type { RawSearch } from '@/lib/search'

export type JobState = ReturnType<typeof graphql.scalar<'JobState'>>

export const STATE_WORDS: Record<JobState, { label: string; tone: BadgeTone }> = {
  QUEUED: { label: 'Queued', tone: 'plain' },
  RUNNING: { label: 'Running', tone: 'accent' },
  CANCELLING: { label: 'Stopping', tone: 'warn' },
  CANCELLED: { label: 'Cancelled', tone: 'plain' },
  SUCCEEDED: { label: 'Succeeded', tone: 'gain' },
  FAILED: { label: 'Failed', tone: 'loss' },
}

const ENDED: readonly JobState[] = ['CANCELLED', 'SUCCEEDED', 'FAILED']
const AGAIN: readonly JobState[] = ['CANCELLED', 'FAILED']

/** Whether nothing will change any more. */
export const hasEnded = (state: JobState): boolean => ENDED.includes(state)

/** Whether it may be queued again. */
export const mayRetry = (state: JobState): boolean => AGAIN.includes(state)

const KINDS: Record<string, string> = {
  'backtests.run': 'Backtest',
  'markets.import': 'Import',
  'portfolios.run': 'Portfolio',
  'scans.run': 'Scan',
  'sweeps.run': 'Sweep',
  'walk_forwards.run': 'Walk-forward',
}

/** A kind of job in words. */
export const kindWord = (kind: string): string => KINDS[kind] ?? kind

export type JobChoice = 'all' | 'active' | 'failed' | 'cancelled' | 'succeeded'

/** What a list of jobs can be narrowed to; null is every state. */
export const JOB_CHOICES: Record<JobChoice, { label: string; states: readonly JobState[] | null }> = {
  all: { label: 'All', states: null },
  active: { label: 'Active', states: ['QUEUED', 'RUNNING', 'CANCELLING'] },
  failed: { label: 'Failed', states: ['FAILED'] },
  cancelled: { label: 'Cancelled', states: ['CANCELLED'] },
  succeeded: { label: 'Succeeded', states: ['SUCCEEDED'] },
}

export interface JobView {
  state?: JobChoice
}

const isChoice = (value: unknown): value is JobChoice =>
  typeof value === 'string' && Object.hasOwn(JOB_CHOICES, value)

/** What an address says about the view; anything else, and the default, is dropped. */
export function readJobView(search: RawSearch): JobView {
  const { state } = search
  return isChoice(state) && state !== 'all' ? { state } : {}
}
