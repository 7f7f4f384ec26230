/** Says that a rule was made, and shows the secret of its webhook this once. */
import { useState } from 'react'
import { Button } from '@/components/Button'
import { Notice } from '@/components/Notice'
import type { CreatedRule } from './useRuleCreation'

export function SecretNotice({ made, onDone }: { made: CreatedRule; onDone: () => void }) {
  const [copied, setCopied] = useState(false)
  const { rule, webhookSecret } = made
  if (webhookSecret === null) return <Notice>“{rule.name}” looks out from the next bar on.</Notice>

  const onCopy = async () => {
    await navigator.clipboard.writeText(webhookSecret)
    setCopied(true)
  }
  return (
    <Notice
      tone="warning"
      title={`“${rule.name}” is made. Keep its secret now: it is not shown again.`}
      actions={
        <>
          <Button size="small" onClick={() => void onCopy()}>
            {copied ? 'Copied' : 'Copy the secret'}
          </Button>
          <Button size="small" onClick={onDone}>
            I have kept it
          </Button>
        </>
      }
    >
      <p className="my-1 font-mono text-sm break-all select-all">{webhookSecret}</p>
      <p>
        Each message to {rule.webhookUrl} carries <code className="font-mono">Titan-Signature: v1=…</code>,
        the HMAC-SHA256 of <code className="font-mono">Titan-Timestamp</code>, a dot and the body under this
        secret.
      </p>
    </Notice>
  )
}
