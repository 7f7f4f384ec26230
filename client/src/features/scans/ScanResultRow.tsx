/** One tested pair in a row, with the ways to open and to keep it. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { Badge } from '@/components/Badge'
import { Button } from '@/components/Button'
import { Td, Th, Tr } from '@/components/Table'
import { PairName } from '@/features/pairs/PairName'
import type { Legs } from '@/features/pairs/usePairCreation'
import { graphql } from '@/graphql/tada'
import { formatCount, formatNumber } from '@/lib/numbers'
import { KeepPairButton } from './KeepPairButton'

export const ScanResultRowFields = graphql(`
  fragment ScanResultRowFields on ScanResult {
    rank
    y {
      id
      symbol
    }
    x {
      id
      symbol
    }
    statistic
    pValue
    qValue
    lags
    beta
    rSquared
    halfLife
    correlation
    ssd
    note
  }
`)

interface ScanResultRowProps {
  result: FragmentOf<typeof ScanResultRowFields>
  level: number
  busy: boolean
  onOpen: (legs: Legs) => void
}

export function ScanResultHead() {
  return (
    <>
      <Th end>#</Th>
      <Th>Pair, y on x</Th>
      <Th end title="Of one test by itself">
        p
      </Th>
      <Th end title="p after the correction for all tests of the scan">
        q, corrected
      </Th>
      <Th end title="The test’s statistic: the further below zero, the stronger">
        t
      </Th>
      <Th end title="Hedge ratio: what of x is held against one of y">
        β
      </Th>
      <Th end title="Share of y’s variance that x explains">
        R²
      </Th>
      <Th end>Half-life, bars</Th>
      <Th end title="Of daily changes">
        Correlation
      </Th>
      <Th end title="Sum of squared differences of both prices, each beginning at 1">
        Distance
      </Th>
      <Th aria-label="Actions" />
    </>
  )
}

export function ScanResultRow({ result: masked, level, busy, onOpen }: ScanResultRowProps) {
  const row = readFragment(ScanResultRowFields, masked)
  const [y, x] = [row.y.symbol, row.x.symbol]
  const found = row.qValue !== null && row.qValue <= level && row.note === null
  return (
    <Tr>
      <Td end className="text-muted">
        {row.rank}
      </Td>
      <Td>
        <span className="font-medium">
          <PairName y={y} x={x} />
        </span>{' '}
        {row.note === 'COLLINEAR' && <Badge tone="warn">collinear, not a find</Badge>}
        {found && <Badge tone="gain">remains</Badge>}
      </Td>
      <Td end>{formatNumber(row.pValue, 4)}</Td>
      <Td end>{row.qValue === null ? `> ${level}` : formatNumber(row.qValue, 4)}</Td>
      <Td end className="text-muted">
        {row.statistic === null ? '−∞' : formatNumber(row.statistic)}
      </Td>
      <Td end>{formatNumber(row.beta, 3)}</Td>
      <Td end>{formatNumber(row.rSquared, 3)}</Td>
      <Td end>{row.halfLife === null ? 'none' : formatNumber(row.halfLife, 1)}</Td>
      <Td end>{formatNumber(row.correlation)}</Td>
      <Td end>{row.ssd !== null && row.ssd >= 100 ? formatCount(row.ssd) : formatNumber(row.ssd, 1)}</Td>
      <Td>
        <span className="flex gap-1">
          <Button size="small" busy={busy} aria-label={`Open ${y}/${x}`} onClick={() => onOpen({ y, x })}>
            Open
          </Button>
          <KeepPairButton y={y} x={x} />
        </span>
      </Td>
    </Tr>
  )
}
