/** Two finished backtests side by side: what differs, which bars were restated, and where the results part. */
import type { ResultOf } from 'gql.tada'
import { Badge } from '@/components/Badge'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { Skeleton } from '@/components/Skeleton'
import { Table, Td, Th, Tr } from '@/components/Table'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatDay } from '@/lib/dates'
import { formatCount, formatNumber } from '@/lib/numbers'
import { ComparedFigures, ComparedFiguresFields } from './ComparedFigures'
import { ComparedSeriesFields, ComparisonCharts } from './ComparisonCharts'
import { describeComparison, describeDivergence, KIND_WORDS, plainName } from './comparisonWords'
import { writeJson } from './parameters'

const ComparisonQuery = graphql(
  `
    query Comparison($a: ID!, $b: ID!) {
      compareBacktests(a: $a, b: $b) {
        same
        differences {
          kind
          name
          a
          b
        }
        restated {
          leg
          time
          column
          a
          b
        }
        restatedCount
        firstDivergence {
          column
          time
          a
          b
        }
        a {
          id
          ...ComparedSeriesFields
          ...ComparedFiguresFields
        }
        b {
          id
          ...ComparedSeriesFields
          ...ComparedFiguresFields
        }
      }
    }
  `,
  [ComparedSeriesFields, ComparedFiguresFields],
)

type Comparison = ResultOf<typeof ComparisonQuery>['compareBacktests']

function Differences({ differences }: Pick<Comparison, 'differences'>) {
  return (
    <Card title="Differences" flush>
      {differences.length === 0 ? (
        <EmptyState title="None" />
      ) : (
        <Table
          label="Table of differences"
          head={
            <>
              <Th>Kind</Th>
              <Th>Which</Th>
              <Th>A</Th>
              <Th>B</Th>
            </>
          }
        >
          {differences.map(({ kind, name, a, b }) => (
            <Tr key={kind + name}>
              <Td>
                <Badge>{KIND_WORDS[kind]}</Badge>
              </Td>
              <Td>{plainName(name)}</Td>
              {[a, b].map((value, place) => (
                <Td key={place === 0 ? 'a' : 'b'} className="font-mono text-xs">
                  <span className="block max-w-72 truncate" title={writeJson(value)}>
                    {writeJson(value)}
                  </span>
                </Td>
              ))}
            </Tr>
          ))}
        </Table>
      )}
    </Card>
  )
}

function Restated({ restated, restatedCount }: Pick<Comparison, 'restated' | 'restatedCount'>) {
  if (restatedCount === 0) return null
  return (
    <Card
      title="Restated bars"
      hint={`${formatCount(restatedCount)} values differ; the first ${formatCount(restated.length)} in time are listed.`}
      flush
    >
      <Table
        label="Table of restated bars"
        head={
          <>
            <Th>Leg</Th>
            <Th>Bar</Th>
            <Th>Column</Th>
            <Th end>A</Th>
            <Th end>B</Th>
          </>
        }
      >
        {restated.map(({ leg, time, column, a, b }) => (
          <Tr key={leg + time + column}>
            <Td>{leg.toUpperCase()}</Td>
            <Td>{formatDay(time)}</Td>
            <Td>{column}</Td>
            <Td end>{formatNumber(a, 4)}</Td>
            <Td end>{formatNumber(b, 4)}</Td>
          </Tr>
        ))}
      </Table>
    </Card>
  )
}

export function ComparisonReport({ a, b }: { a: string; b: string }) {
  const { data, problem, stale, again } = useAnswer({ query: ComparisonQuery, variables: { a, b } })
  const found = data?.compareBacktests
  if (problem) return <Failure title="These two cannot be compared" message={problem} onRetry={again} />
  if (!found || stale) return <Skeleton className="h-[36rem]" />
  return (
    <>
      <div>
        <p className="text-lg leading-snug font-semibold">{describeComparison(found)}</p>
        <p className="mt-1 text-muted">{describeDivergence(found.firstDivergence)}</p>
      </div>
      <Card title="Equity of both">
        <ComparisonCharts a={found.a} b={found.b} parted={found.firstDivergence?.time ?? null} />
      </Card>
      <Card title="Figures of both" flush>
        <ComparedFigures a={found.a} b={found.b} />
      </Card>
      <Differences differences={found.differences} />
      <Restated restated={found.restated} restatedCount={found.restatedCount} />
    </>
  )
}
