/** A secret that is shown this once, with a way to copy it. */
import { type ReactNode, useState } from 'react'
import { Button } from './Button'
import { Notice } from './Notice'

interface SecretOnceProps {
  title: string
  secret: string
  /** What it is, on the button: “Copy the …”. */
  what: string
  onDone: () => void
  children?: ReactNode
}

export function SecretOnce({ title, secret, what, onDone, children }: SecretOnceProps) {
  const [copied, setCopied] = useState<boolean>()
  const onCopy = async () => {
    try {
      await navigator.clipboard.writeText(secret)
      setCopied(true)
    } catch {
      // Without https there is no clipboard; the text itself can be selected.
      setCopied(false)
    }
  }
  return (
    <Notice
      tone="warning"
      title={title}
      actions={
        <>
          <Button size="small" onClick={() => void onCopy()}>
            {copied ? 'Copied' : `Copy the ${what}`}
          </Button>
          <Button size="small" onClick={onDone}>
            I have kept it
          </Button>
        </>
      }
    >
      <p className="my-1 font-mono text-sm break-all select-all">{secret}</p>
      {copied === false && (
        <p>This browser does not let pages copy here: select the text and copy it yourself.</p>
      )}
      {children}
    </Notice>
  )
}
