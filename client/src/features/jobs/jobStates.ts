/** The states of a job in words. */
import type { BadgeTone } from '@/components/Badge'
import type { graphql } from '@/graphql/tada'

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

/** Whether nothing will change any more. */
export const hasEnded = (state: JobState): boolean => ENDED.includes(state)

const KINDS: Record<string, string> = { 'backtests.run': 'Backtest', 'scans.run': 'Scan' }

/** A kind of job in words. */
export const kindWord = (kind: string): string => KINDS[kind] ?? kind
