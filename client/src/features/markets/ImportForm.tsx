/** A file that was sent: how it would be read, everything to be corrected, and the button that imports it. */
import { type FormEvent, useId } from 'react'
import { useQuery } from 'urql'
import { Button } from '@/components/Button'
import { Failure } from '@/components/Failure'
import { TextField } from '@/components/Field'
import { Notice } from '@/components/Notice'
import { Problems } from '@/components/Problems'
import { Skeleton } from '@/components/Skeleton'
import { describeError, mayPass } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { zoneOfTimes } from '@/lib/fileTimes'
import type { PlacedProblems } from '@/lib/problems'
import { ColumnFields } from './ColumnFields'
import { LayoutFields, TargetFields, TimeFields, useImportMarkets } from './ImportFields'
import { CONFIRMATIONS, type ImportDraft, LAYOUT_WORDS, readReading } from './importDraft'
import { PreviewTable } from './PreviewTable'

const ImportPreview = graphql(`
  query ImportPreview($input: ImportBarsInput!) {
    importPreview(input: $input) {
      format
      layout
      columns {
        role
        name
      }
      ignored
      symbols
      header
      rows
    }
  }
`)

const ZONE_HINTS = {
  days: 'Days need none.',
  carried: 'The times carry theirs.',
  missing: 'These times carry none: say which.',
  unknown: 'Only for times that carry none.',
}

interface ImportFormProps {
  uploadId: string
  fileName: string
  draft: ImportDraft
  busy: boolean
  problems: PlacedProblems
  onDraft: (change: Partial<ImportDraft>) => void
  onImport: () => void
}

/** The first look at the file; while it is taken anew, the last one stays. */
function useLook(draft: ImportDraft, uploadId: string) {
  const [{ data, error, fetching }, ask] = useQuery({
    query: ImportPreview,
    variables: { input: readReading(draft, uploadId) },
  })
  const look = data?.importPreview
  const place = look?.header.indexOf(look.columns.find(({ role }) => role === 'time')?.name ?? '') ?? -1
  const times = (look?.rows ?? []).map((row) => row[place] ?? '')
  return {
    look,
    error,
    fetching,
    zone: zoneOfTimes(times),
    lookAgain: () => ask({ requestPolicy: 'network-only' }),
  }
}

function Confirmed({ draft, onDraft }: Pick<ImportFormProps, 'draft' | 'onDraft'>) {
  return (
    <details>
      <summary className="w-fit text-sm font-semibold text-accent">Confirm what is unusual but true</summary>
      <div className="mt-2 grid gap-x-6 gap-y-1 text-sm sm:grid-cols-2">
        {Object.entries(CONFIRMATIONS).map(([code, text]) => (
          <label key={code} className="flex min-h-8 items-center gap-2">
            <input
              type="checkbox"
              checked={draft.accept.includes(code)}
              onChange={({ target }) =>
                onDraft({
                  accept: target.checked
                    ? [...draft.accept, code]
                    : draft.accept.filter((one) => one !== code),
                })
              }
            />
            {text}
          </label>
        ))}
        <label className="flex min-h-8 items-center gap-2">
          <input
            type="checkbox"
            checked={draft.synthetic}
            onChange={({ target }) => onDraft({ synthetic: target.checked })}
          />
          The prices were generated, not observed
        </label>
      </div>
    </details>
  )
}

export function ImportForm(props: ImportFormProps) {
  const { uploadId, fileName, draft, busy, problems, onDraft, onImport } = props
  const { look, error, fetching, zone, lookAgain } = useLook(draft, uploadId)
  const id = useId()
  const markets = useImportMarkets()
  const market = markets.find(({ code }) => code === draft.market)
  const fields = { draft, problems: problems.fields, onDraft }
  const single = (draft.layout || look?.layout) === 'SINGLE'
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    onImport()
  }
  return (
    <form aria-labelledby={id} onSubmit={onSubmit} className="grid gap-5">
      <h3 id={id} className="sr-only">
        How {fileName} is read
      </h3>
      {!look && fetching && <Skeleton className="h-40" />}
      {error && mayPass(error) && (
        <Failure
          title="There was no first look at the file"
          message={describeError(error)}
          onRetry={lookAgain}
        />
      )}
      {error && !mayPass(error) && (
        <Notice tone="warning" title="The file cannot be read like this">
          <p className="wrap-anywhere">{describeError(error)}</p>
        </Notice>
      )}
      {look && <PreviewTable {...look} />}
      <ColumnFields
        draft={draft}
        guessed={look?.columns ?? []}
        header={look?.header ?? []}
        wide={(draft.layout || look?.layout) === 'WIDE'}
        onDraft={onDraft}
      />
      <div className="grid items-start gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
        <LayoutFields {...fields} guessed={look && LAYOUT_WORDS[look.layout as keyof typeof LAYOUT_WORDS]} />
        {single && (
          <TextField
            label="Symbol of these bars"
            autoComplete="off"
            placeholder="From the file’s name"
            value={draft.symbol}
            problem={problems.fields['symbol']}
            onText={(symbol) => onDraft({ symbol: symbol.toUpperCase() })}
          />
        )}
        <TargetFields {...fields} />
        <TimeFields {...fields} zoneHint={ZONE_HINTS[zone]} />
      </div>
      {zone === 'missing' && !draft.timezone && market && (
        <Button size="small" className="w-fit" onClick={() => onDraft({ timezone: market.timezone })}>
          The times are in {market.timezone}
        </Button>
      )}
      <Confirmed draft={draft} onDraft={onDraft} />
      <Problems title="The import cannot be started" messages={problems.form} />
      <Button type="submit" look="primary" busy={busy} className="w-full sm:w-fit">
        Import {fileName}
      </Button>
    </form>
  )
}
