/** What a scan would take, before anybody presses go. */
import { useEffect, useState } from 'react'
import { useQuery } from 'urql'
import { describeError } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import type { ScreenInput } from './scanDraft'
import { describeEstimate } from './verdict'

export const EstimateJob = graphql(`
  query EstimateJob($input: EstimateJobInput!) {
    estimateJob(input: $input) {
      instruments
      bars
      tests
      seconds
    }
  }
`)

const REST_MS = 250

function useSettled(input: ScreenInput | undefined): ScreenInput | undefined {
  const text = JSON.stringify(input)
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), REST_MS)
    return () => clearTimeout(timer)
  }, [text])
  return text === settled ? input : undefined
}

export function ScanEstimate({ input }: { input: ScreenInput | undefined }) {
  const settled = useSettled(input)
  const [{ data, error }] = useQuery({
    query: EstimateJob,
    variables: { input: { scan: settled ?? ({} as ScreenInput) } },
    pause: settled === undefined,
  })
  if (!input) return null
  if (error && settled) return <p className="text-sm text-warn">{describeError(error)}</p>
  return (
    <p aria-live="polite" className="text-sm text-muted">
      {data ? describeEstimate(data.estimateJob) : 'Estimating…'}
    </p>
  )
}
