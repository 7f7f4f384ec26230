/** Says that a rule was made, and shows the secret of its webhook this once. */
import { Notice } from '@/components/Notice'
import { SecretOnce } from '@/components/SecretOnce'
import type { CreatedRule } from './useRuleCreation'

export function SecretNotice({ made, onDone }: { made: CreatedRule; onDone: () => void }) {
  const { rule, webhookSecret } = made
  if (webhookSecret === null) return <Notice>“{rule.name}” looks out from the next bar on.</Notice>
  return (
    <SecretOnce
      title={`“${rule.name}” is made. Keep its secret now: it is not shown again.`}
      secret={webhookSecret}
      what="secret"
      onDone={onDone}
    >
      <p>
        Each message to {rule.webhookUrl} carries <code className="font-mono">Titan-Signature: v1=…</code>,
        the HMAC-SHA256 of <code className="font-mono">Titan-Timestamp</code>, a dot and the body under this
        secret.
      </p>
    </SecretOnce>
  )
}
