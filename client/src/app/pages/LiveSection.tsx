/** Live pairs and new alerts on the overview: nothing while nobody watches a pair. */
import { Link } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { Card } from '@/components/Card'
import { AlertList } from '@/features/alerts/AlertList'
import { LiveCard } from '@/features/live/LiveCard'
import { useWatches } from '@/features/live/useWatches'
import { graphql } from '@/graphql/tada'

const SHOWN = 3

const AnyAlerts = graphql(`
  query AnyAlerts {
    alerts(where: { acknowledged: { eq: false } }, first: 1) {
      nodes {
        id
      }
    }
  }
`)

const more = 'inline-flex min-h-[24px] items-center text-sm font-medium text-accent hover:underline'

function NewAlerts() {
  const [{ data }] = useQuery({ query: AnyAlerts })
  if (!data || data.alerts.nodes.length === 0) return null
  return (
    <Card
      title="New alerts"
      flush
      actions={
        <Link to="/alerts" className={more}>
          All alerts
        </Link>
      }
    >
      <AlertList choice="unseen" first={SHOWN} />
    </Card>
  )
}

export function LiveSection() {
  const { watches } = useWatches()
  return (
    <>
      {watches && watches.length > 0 && (
        <section aria-label="Live pairs">
          <div className="mb-2.5 flex items-baseline justify-between gap-4">
            <h2 className="font-semibold">Live pairs</h2>
            <Link to="/live" className={more}>
              {watches.length > SHOWN ? `All ${watches.length}` : 'Live board'}
            </Link>
          </div>
          <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
            {watches.slice(0, SHOWN).map((watch) => (
              <LiveCard key={watch.id} watch={watch} />
            ))}
          </div>
        </section>
      )}
      <NewAlerts />
    </>
  )
}
