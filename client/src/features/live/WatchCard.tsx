/** The live part of a pair's page: how it stands, or what to press to follow it. */
import { useState } from 'react'
import { Button } from '@/components/Button'
import { Card } from '@/components/Card'
import { Notice } from '@/components/Notice'
import { SkeletonRows } from '@/components/Skeleton'
import type { Estimating } from '@/features/pairs/estimating'
import { describeError } from '@/graphql/problems'
import { LiveCard } from './LiveCard'
import { StreamNotices } from './StreamNotices'
import { useWatches } from './useWatches'
import { WatchPairForm } from './WatchPairForm'

interface WatchCardProps {
  estimating: Estimating
  bands: { entry: number; exit: number }
}

export function WatchCard({ estimating, bands }: WatchCardProps) {
  const live = useWatches()
  const [changing, setChanging] = useState(false)
  const watch = live.watches?.find(({ pair }) => pair.id === estimating.pairId)
  return (
    <Card
      title="Live"
      hint="Spread, z-score and signal at every new bar of both legs."
      actions={
        watch && (
          <Button size="small" aria-expanded={changing} onClick={() => setChanging(!changing)}>
            Follow it differently
          </Button>
        )
      }
    >
      <div className="grid gap-4">
        {live.error && <Notice tone="problem">{describeError(live.error)}</Notice>}
        {!live.watches && !live.error && <SkeletonRows rows={2} />}
        <StreamNotices live={live} />
        {watch && <LiveCard watch={watch} />}
        {live.watches && (!watch || changing) && (
          <WatchPairForm
            estimating={estimating}
            bands={bands}
            again={watch !== undefined}
            onWatched={() => setChanging(false)}
          />
        )}
      </div>
    </Card>
  )
}
