/** One backtest: live while it runs, its result afterwards, the same at every reload. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { buttonClasses } from '@/components/Button'
import { BacktestResult } from '@/features/backtests/BacktestResult'
import { SpecRecap, SpecRecapFields } from '@/features/backtests/SpecRecap'
import { JobPanelFields } from '@/features/jobs/JobPanel'
import { PairLink } from '@/features/pairs/PairLink'
import { PairNameFields } from '@/features/pairs/PairName'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { RunPage, RunView } from './RunPage'

const route = getRouteApi('/backtests/$id')

const BacktestQuery = graphql(
  `
    query Backtest($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on Backtest {
          createdAt
          pair {
            ...PairNameFields
            y {
              id
              currency
            }
          }
          spec {
            ...SpecRecapFields
          }
          job {
            id
            state
            ...JobPanelFields
          }
        }
      }
    }
  `,
  [PairNameFields, SpecRecapFields, JobPanelFields],
)

export function BacktestPage() {
  const { id } = route.useParams()
  const answer = useAnswer({ query: BacktestQuery, variables: { id }, requestPolicy: 'cache-and-network' })
  const node = answer.data?.node
  return (
    <RunPage what="backtest" answer={answer} run={node?.__typename === 'Backtest' ? node : undefined}>
      {(backtest) => {
        const { pair, spec } = backtest
        const [y, x, currency] = [pair.y.symbol, pair.x.symbol, pair.y.currency]
        return (
          <RunView
            run={backtest}
            title={`Backtest of ${y}/${x}`}
            heading={
              <>
                Backtest of <PairLink y={y} x={x} />
              </>
            }
            actions={
              backtest.job.state === 'SUCCEEDED' && (
                <Link to="/backtests/compare" search={{ a: id }} className={buttonClasses()}>
                  Compare with another
                </Link>
              )
            }
            result={<BacktestResult id={id} y={y} x={x} currency={currency} />}
            recap={<SpecRecap spec={spec} currency={currency} />}
          />
        )
      }}
    </RunPage>
  )
}
