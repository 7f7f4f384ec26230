/** One walk-forward: live while it runs, its result afterwards, the same at every reload. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { buttonClasses } from '@/components/Button'
import { JobPanelFields } from '@/features/jobs/JobPanel'
import { WalkReport } from '@/features/walk_forwards/WalkReport'
import { WalkSpecFields, WalkSpecRecap } from '@/features/walk_forwards/WalkSpecRecap'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { RunPage, RunView } from './RunPage'

const route = getRouteApi('/walk-forwards/$id')

const WalkForwardQuery = graphql(
  `
    query WalkForward($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on WalkForward {
          createdAt
          spec {
            universe
            ...WalkSpecFields
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
  [JobPanelFields, WalkSpecFields],
)

export function WalkForwardPage() {
  const { id } = route.useParams()
  const answer = useAnswer({ query: WalkForwardQuery, variables: { id }, requestPolicy: 'cache-and-network' })
  const node = answer.data?.node
  return (
    <RunPage what="walk-forward" answer={answer} run={node?.__typename === 'WalkForward' ? node : undefined}>
      {(walk) => (
        <RunView
          run={walk}
          title={`Walk-forward of ${walk.spec.universe}`}
          actions={
            <Link to="/walk-forwards" className={buttonClasses()}>
              All walk-forwards
            </Link>
          }
          result={<WalkReport id={id} />}
          recap={<WalkSpecRecap spec={walk.spec} />}
        />
      )}
    </RunPage>
  )
}
