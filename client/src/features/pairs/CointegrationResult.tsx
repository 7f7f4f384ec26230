/** One cointegration test: its p-value, and what that means in words. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Badge } from '@/components/Badge'
import { graphql } from '@/graphql/tada'
import { describePValue, formatPValue, isEvidence } from '@/lib/evidence'
import { formatCount, formatNumber } from '@/lib/numbers'

export const CointegrationResultFields = graphql(`
  fragment CointegrationResultFields on CointegrationTest {
    statistic
    pValue
    lags
    criticalValues
    reason
  }
`)

interface CointegrationResultProps {
  title: string
  test: FragmentOf<typeof CointegrationResultFields>
}

export function CointegrationResult({ title, test }: CointegrationResultProps) {
  const { statistic, pValue, lags, criticalValues, reason } = readFragment(CointegrationResultFields, test)
  const critical = criticalValues?.[1]
  return (
    <div>
      <p className="flex flex-wrap items-center gap-2 font-medium">
        {title}
        {pValue === null ? (
          <Badge>no result</Badge>
        ) : (
          <Badge tone={isEvidence(pValue) ? 'gain' : 'plain'}>{formatPValue(pValue)}</Badge>
        )}
      </p>
      <p className="text-sm">{pValue === null ? (reason ?? 'No result.') : describePValue(pValue)}</p>
      {statistic !== null && (
        <p className="text-xs text-muted">
          t = {formatNumber(statistic)}
          {critical !== undefined && ` against ${formatNumber(critical)} at 5%`}
          {lags !== null && ` · ${formatCount(lags)} lags`}
        </p>
      )}
    </div>
  )
}
