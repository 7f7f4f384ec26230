/** One upload at a time: how far it is, and what came of it. */
import { useEffect, useRef, useState } from 'react'
import { sendFile, type Upload } from '@/graphql/uploads'

export type UploadState =
  | { step: 'none' }
  | { step: 'sending'; name: string; fraction: number }
  | { step: 'refused'; name: string; message: string }
  | { step: 'kept'; upload: Upload }

interface Uploading {
  state: UploadState
  send: (file: File) => void
  /** Stop sending, or forget what was sent. */
  reset: () => void
}

export function useUpload(): Uploading {
  const [state, setState] = useState<UploadState>({ step: 'none' })
  const sending = useRef<AbortController>(undefined)
  useEffect(() => () => sending.current?.abort(), [])

  const send = async (file: File) => {
    sending.current?.abort()
    const mine = new AbortController()
    sending.current = mine
    const { name } = file
    setState({ step: 'sending', name, fraction: 0 })
    const sent = await sendFile({
      file,
      abort: mine.signal,
      onProgress: (fraction) => {
        if (!mine.signal.aborted) setState({ step: 'sending', name, fraction })
      },
    })
    if (mine.signal.aborted || sent === 'aborted') return
    if ('kept' in sent) setState({ step: 'kept', upload: sent.kept })
    else setState({ step: 'refused', name, message: sent.refused })
  }
  const reset = () => {
    sending.current?.abort()
    setState({ step: 'none' })
  }
  return { state, send: (file) => void send(file), reset }
}
