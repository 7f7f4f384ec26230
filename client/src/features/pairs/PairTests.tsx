/** Every test of a pair in a table, each with what it means. Asked for only when somebody opens it. */
import type { ResultOf } from 'gql.tada'
import { Badge } from '@/components/Badge'
import { Failure } from '@/components/Failure'
import { SkeletonRows } from '@/components/Skeleton'
import { Table, Td, Th, Tr } from '@/components/Table'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { toMoments } from '@/lib/periods'
import type { Estimating } from './estimating'
import { PairNameFields } from './PairName'
import { ProcessFields, ProcessFigures } from './ProcessFigures'
import {
  adfLine,
  cointegrationLine,
  johansenLine,
  kpssLine,
  type TestLine,
  varianceRatioLine,
} from './testWords'

const SpreadTestFields = graphql(`
  fragment SpreadTestFields on SpreadTest @_unmask {
    statistic
    pValue
    bound
    lags
    ratio
    reason
  }
`)

const PairTestsQuery = graphql(
  `
    query PairTests($id: ID!, $formation: PeriodInput!, $prices: PriceScale!, $hedge: HedgeMethod!) {
      node(id: $id) {
        __typename
        id
        ... on Pair {
          ...PairNameFields
          analysis(formation: $formation, prices: $prices, hedge: $hedge) {
            engleGranger {
              statistic
              pValue
              lags
              reason
            }
            engleGrangerReversed {
              statistic
              pValue
              lags
              reason
            }
            johansen {
              trace
              traceCritical
              rank
              reason
            }
            phillipsOuliaris {
              ...SpreadTestFields
            }
            adf {
              ...SpreadTestFields
            }
            kpss {
              ...SpreadTestFields
            }
            varianceRatio {
              ...SpreadTestFields
            }
            ...ProcessFields
          }
        }
      }
    }
  `,
  [PairNameFields, SpreadTestFields, ProcessFields],
)

type PairData = Extract<ResultOf<typeof PairTestsQuery>['node'], { __typename: 'Pair' }>

function linesOf({ y, x, analysis }: PairData): TestLine[] {
  return [
    cointegrationLine(`Engle–Granger, ${y.symbol} on ${x.symbol}`, analysis.engleGranger),
    cointegrationLine(`Engle–Granger, ${x.symbol} on ${y.symbol}`, analysis.engleGrangerReversed),
    johansenLine(analysis.johansen),
    cointegrationLine(`Phillips–Ouliaris, ${y.symbol} on ${x.symbol}`, analysis.phillipsOuliaris),
    adfLine(analysis.adf),
    kpssLine(analysis.kpss),
    varianceRatioLine(analysis.varianceRatio),
  ]
}

const SPEAKS = {
  for: <Badge tone="gain">speaks for it</Badge>,
  against: <Badge tone="loss">speaks against it</Badge>,
  neither: null,
}

const HEAD = (
  <>
    <Th>Test</Th>
    <Th>Takes as given unless refuted</Th>
    <Th>Statistic</Th>
    <Th end>p</Th>
    <Th>What this means</Th>
  </>
)

export function PairTests({ pairId, formation, prices, hedge }: Estimating) {
  const variables = {
    id: pairId,
    formation: toMoments(formation),
    prices,
    hedge,
  }
  const { data, problem, again } = useAnswer({ query: PairTestsQuery, variables })
  const pair = data?.node?.__typename === 'Pair' ? data.node : undefined
  if (problem) return <Failure title="No tests" message={problem} onRetry={again} />
  if (!pair) return <SkeletonRows rows={7} />
  return (
    <div className="grid gap-5">
      <div className="-mx-4 sm:-mx-5">
        <Table label="Tests" head={HEAD}>
          {linesOf(pair).map(({ name, asks, statistic, pValue, meaning, speaks }) => (
            <Tr key={name}>
              <Td className="font-medium">{name}</Td>
              <Td className="text-muted">{asks}</Td>
              <Td>{statistic}</Td>
              <Td end>{pValue}</Td>
              <Td className="min-w-72 whitespace-normal!">
                {meaning} {SPEAKS[speaks]}
              </Td>
            </Tr>
          ))}
        </Table>
      </div>
      <ProcessFigures analysis={pair.analysis} />
    </div>
  )
}
