/** From a file to bars: send it, look at it, import it, see what came of it; everything in one place. */
import { useRef, useState } from 'react'
import { Button } from '@/components/Button'
import { Card } from '@/components/Card'
import { DropZone } from '@/components/DropZone'
import { Notice } from '@/components/Notice'
import { ProgressBar } from '@/components/ProgressBar'
import { ImportForm } from './ImportForm'
import { ImportReport } from './ImportReport'
import { type ImportDraft, NEW_IMPORT, readImport } from './importDraft'
import { useImportStart } from './useImportStart'
import { type UploadState, useUpload } from './useUpload'

function Sending({ state, onStop }: { state: UploadState; onStop: () => void }) {
  if (state.step === 'refused')
    return (
      <Notice tone="problem" title={`${state.name} was not taken`}>
        <p className="wrap-anywhere">{state.message}</p>
      </Notice>
    )
  if (state.step !== 'sending') return null
  return (
    <div className="flex items-center gap-4">
      <div className="min-w-0 grow">
        <p className="mb-1 truncate text-sm">Sending {state.name}</p>
        <ProgressBar label={`Sending ${state.name}`} fraction={state.fraction} />
      </div>
      <Button size="small" onClick={onStop}>
        Stop
      </Button>
    </div>
  )
}

export function ImportCard() {
  const { state, send, reset } = useUpload()
  const [draft, setDraft] = useState<ImportDraft>(NEW_IMPORT)
  const [importId, setImportId] = useState<string>()
  const { busy, problems, start } = useImportStart()
  const report = useRef<HTMLDivElement>(null)
  const upload = state.step === 'kept' ? state.upload : undefined

  const onFile = (file: File) => {
    setImportId(undefined)
    // Where bars go is mostly the same for the next file; how it is read is not.
    setDraft(({ market, kind, currency, adjustment }) => ({
      ...NEW_IMPORT,
      ...{ market, kind, currency, adjustment },
    }))
    send(file)
  }
  const onImport = async (asked: ImportDraft) => {
    if (!upload) return
    const id = await start({ input: readImport(asked, upload.id) })
    if (!id) return
    setImportId(id)
    report.current?.focus()
  }
  const onConfirm = (codes: string[]) => {
    const confirmed = { ...draft, accept: [...new Set([...draft.accept, ...codes])] }
    setDraft(confirmed)
    void onImport(confirmed)
  }

  return (
    <div className="grid gap-6">
      <Card title="Import a file" hint="All of a file is imported, or nothing of it.">
        <div className="grid gap-4">
          <DropZone
            label={upload ? `${upload.name} is here; drop or choose another` : 'Drop a file, or choose one'}
            hint="CSV or Parquet, at most 64 MiB"
            accept=".csv,.txt,.parquet,.pq"
            disabled={state.step === 'sending'}
            onFile={onFile}
          />
          <Sending state={state} onStop={reset} />
          {upload && (
            <ImportForm
              key={upload.id}
              uploadId={upload.id}
              fileName={upload.name}
              draft={draft}
              busy={busy}
              problems={problems}
              onDraft={(change) => setDraft((last) => ({ ...last, ...change }))}
              onImport={() => void onImport(draft)}
            />
          )}
        </div>
      </Card>
      <div ref={report} tabIndex={-1} className="outline-none empty:-mt-6">
        {importId && <ImportReport key={importId} id={importId} onConfirm={onConfirm} onImported={reset} />}
      </div>
    </div>
  )
}
