/** Sends a file to the upload route and tells how far it is; fetch would not say. */
import { signedOut } from './session'

export const FILE_BYTES_MAX = 64 * 1024 ** 2

export interface Upload {
  id: string
  name: string
}

export type Sent = { kept: Upload } | { refused: string } | 'aborted'

interface Sending {
  file: File
  /** From 0 to 1. */
  onProgress: (fraction: number) => void
  abort: AbortSignal
}

const typeOf = (name: string): string =>
  /\.(parquet|pq)$/i.test(name) ? 'application/vnd.apache.parquet' : 'text/csv'

function messageOf(body: string, status: number): string {
  try {
    const [first] = (JSON.parse(body) as { errors: { message: string }[] }).errors
    if (first) return first.message
  } catch {
    // Something between the page and the server answered in its own words.
  }
  return status === 0
    ? 'The server cannot be reached. Is TITAN still running?'
    : `The server did not take the file (HTTP ${status}).`
}

function outcomeOf({ status, responseText }: XMLHttpRequest): Sent {
  if (status === 401) signedOut.set(true)
  if (status !== 201) return { refused: messageOf(responseText, status) }
  const { uploadId, name } = JSON.parse(responseText) as { uploadId: string; name: string }
  return { kept: { id: uploadId, name } }
}

export function sendFile({ file, onProgress, abort }: Sending): Promise<Sent> {
  if (file.size > FILE_BYTES_MAX)
    return Promise.resolve({ refused: `A file has at most ${FILE_BYTES_MAX / 1024 ** 2} MiB.` })
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/uploads?name=${encodeURIComponent(file.name)}`)
    request.setRequestHeader('content-type', typeOf(file.name))
    request.upload.onprogress = ({ lengthComputable, loaded, total }) => {
      if (lengthComputable) onProgress(loaded / total)
    }
    request.onload = () => resolve(outcomeOf(request))
    request.onerror = () => resolve({ refused: messageOf('', 0) })
    request.onabort = () => resolve('aborted')
    abort.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}
