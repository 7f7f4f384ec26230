/** One sweep: live while it runs, its map and best sets afterwards, the same at every reload. */
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ResultOf } from 'gql.tada'
import { buttonClasses } from '@/components/Button'
import { JobPanelFields } from '@/features/jobs/JobPanel'
import { PairLink } from '@/features/pairs/PairLink'
import { PairNameFields } from '@/features/pairs/PairName'
import { SweepReport } from '@/features/sweeps/SweepReport'
import { SweepSpecFields, SweepSpecRecap } from '@/features/sweeps/SweepSpecRecap'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { useView } from '../useView'
import { RunPage, RunView } from './RunPage'

const route = getRouteApi('/sweeps/$id')

const SweepQuery = graphql(
  `
    query Sweep($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on Sweep {
          createdAt
          pair {
            ...PairNameFields
            y {
              id
              currency
            }
          }
          spec {
            formation {
              start
              end
            }
            trading {
              start
              end
            }
            prices
            gross
            capital
            hedge
            window
            entry
            exit
            stop
            maxHold
            costBps
          }
          job {
            id
            state
            ...JobPanelFields
          }
          ...SweepSpecFields
        }
      }
    }
  `,
  [PairNameFields, JobPanelFields, SweepSpecFields],
)

type Sweep = Extract<ResultOf<typeof SweepQuery>['node'], { __typename: 'Sweep' }>

const contextOf = ({ id, pair, spec }: Sweep) => ({
  sweepId: id,
  pairId: pair.id,
  formation: spec.formation,
  trading: spec.trading,
  prices: spec.prices,
  gross: spec.gross,
  capital: spec.capital,
})

export function SweepPage() {
  const { id } = route.useParams()
  const view = useView('/sweeps/$id')
  const navigate = route.useNavigate()
  const answer = useAnswer({ query: SweepQuery, variables: { id }, requestPolicy: 'cache-and-network' })
  const node = answer.data?.node
  return (
    <RunPage what="sweep" answer={answer} run={node?.__typename === 'Sweep' ? node : undefined}>
      {(sweep) => (
        <RunView
          run={sweep}
          title={`Sweep of ${sweep.pair.y.symbol}/${sweep.pair.x.symbol}`}
          heading={
            <>
              Sweep of <PairLink y={sweep.pair.y.symbol} x={sweep.pair.x.symbol} />
            </>
          }
          actions={
            <Link to="/sweeps" className={buttonClasses()}>
              All sweeps
            </Link>
          }
          result={
            <SweepReport
              context={contextOf(sweep)}
              values={sweep.spec}
              view={view}
              onView={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
            />
          }
          recap={<SweepSpecRecap sweep={sweep} currency={sweep.pair.y.currency} />}
        />
      )}
    </RunPage>
  )
}
