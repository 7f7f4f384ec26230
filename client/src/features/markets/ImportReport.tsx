/** One import: live while it runs, then what it changed, or which rows were wrong. */
import { Link } from '@tanstack/react-router'
import { useEffect, useEffectEvent } from 'react'
import { Button } from '@/components/Button'
import { Card } from '@/components/Card'
import { Failure } from '@/components/Failure'
import { Notice } from '@/components/Notice'
import { Skeleton } from '@/components/Skeleton'
import { Stat, StatGrid } from '@/components/Stat'
import { JobPanel, JobPanelFields } from '@/features/jobs/JobPanel'
import { useJobUpdates } from '@/features/jobs/useJobUpdates'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatCount } from '@/lib/numbers'
import { CONFIRMATIONS } from './importDraft'
import { RowErrors, RowErrorsFields } from './RowErrors'
import { Understanding, UnderstandingFields } from './Understanding'

const ImportReportQuery = graphql(
  `
    query ImportReport($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on BarImport {
          fileName
          job {
            id
            state
            error {
              code
              message
            }
            ...JobPanelFields
          }
          refusal {
            rows {
              code
            }
            ...RowErrorsFields
          }
          understanding {
            ...UnderstandingFields
          }
          datasets {
            id
            instrument {
              id
              symbol
            }
          }
          outcome {
            series
            unchanged
            barsAdded
            barsRestated
          }
        }
      }
    }
  `,
  [JobPanelFields, RowErrorsFields, UnderstandingFields],
)

/** As many as fit in a line or two. */
const SHOWN = 12

/** The way to what was imported. */
function Imported({ symbols }: { symbols: readonly string[] }) {
  const shown = [...new Set(symbols)]
  if (shown.length === 0) return null
  return (
    <p className="mt-4 text-sm">
      <span className="text-muted">Imported: </span>
      {shown.slice(0, SHOWN).map((symbol, place) => (
        <span key={symbol}>
          {place > 0 && ', '}
          <Link
            to="/instruments/$symbol"
            params={{ symbol }}
            className="font-medium text-accent hover:underline"
          >
            {symbol}
          </Link>
        </span>
      ))}
      {shown.length > SHOWN && ' and more'}
    </p>
  )
}

interface Outcome {
  series: number
  unchanged: number
  barsAdded: number
  barsRestated: number
}

interface ChangesProps {
  fileName: string
  outcome: Outcome
  symbols: readonly string[]
}

function Changes({ fileName, outcome, symbols }: ChangesProps) {
  const { series, unchanged, barsAdded, barsRestated } = outcome
  const nothingNew = unchanged === series
  return (
    <Card
      title={nothingNew ? `${fileName} was known already` : `${fileName} is imported`}
      hint={nothingNew ? 'Every bar is stored as the file has it; nothing was changed.' : undefined}
      actions={
        <Link to="/instruments" className="text-sm font-medium text-accent hover:underline">
          See the instruments
        </Link>
      }
    >
      <StatGrid>
        <Stat name="Series in the file" value={formatCount(series)} />
        <Stat name="Series unchanged" value={formatCount(unchanged)} />
        <Stat name="Bars added" value={formatCount(barsAdded)} />
        <Stat
          name="Bars restated"
          value={formatCount(barsRestated)}
          detail={barsRestated > 0 ? 'The earlier revision is kept' : undefined}
        />
      </StatGrid>
      <Imported symbols={symbols} />
    </Card>
  )
}

interface ImportReportProps {
  id: string
  /** Import the same file again, with these findings confirmed; only where the file is still at hand. */
  onConfirm?: (codes: string[]) => void
  /** Told once the import has succeeded: the file that was sent is used up. */
  onImported?: () => void
}

export function ImportReport({ id, onConfirm, onImported }: ImportReportProps) {
  const { data, problem, again } = useAnswer({
    query: ImportReportQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  })
  const found = data?.node?.__typename === 'BarImport' ? data.node : undefined
  useJobUpdates(found?.job)
  const state = found?.job.state
  const imported = useEffectEvent(() => onImported?.())
  useEffect(() => {
    if (state === 'SUCCEEDED') imported()
  }, [state])
  if (problem) return <Failure title="This import cannot be shown" message={problem} onRetry={again} />
  if (!found) return <Skeleton className="h-28" />
  const { job, refusal, outcome, understanding, fileName } = found
  const symbols = found.datasets.map(({ instrument }) => instrument.symbol)
  const codes = [...new Set([job.error?.code ?? '', ...(refusal?.rows ?? []).map(({ code }) => code)])]
  const confirmable = codes.filter((code) => code in CONFIRMATIONS)
  return (
    <div className="grid gap-6">
      {job.state !== 'FAILED' && <JobPanel job={job} />}
      {job.state === 'FAILED' && (
        <Notice
          tone="problem"
          title={`Nothing of ${fileName} was imported`}
          actions={
            onConfirm &&
            confirmable.length > 0 && (
              <Button size="small" onClick={() => onConfirm(confirmable)}>
                {confirmable.map((code) => CONFIRMATIONS[code]).join('; ')}: import again
              </Button>
            )
          }
        >
          <p className="wrap-anywhere">{job.error?.message ?? 'No reason was recorded.'}</p>
          {job.error && <p className="mt-1 font-mono text-xs text-muted">{job.error.code}</p>}
        </Notice>
      )}
      {job.state === 'FAILED' && refusal && (
        <Card title={`Wrong rows of ${fileName}`} flush>
          <RowErrors refusal={refusal} />
        </Card>
      )}
      {outcome && <Changes fileName={fileName} outcome={outcome} symbols={symbols} />}
      {understanding && <Understanding understanding={understanding} />}
    </div>
  )
}
