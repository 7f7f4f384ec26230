/** The live board: watched pairs, moving. */
import { PageHeader } from '@/components/PageHeader'
import { LiveBoard } from '@/features/live/LiveBoard'

export function LivePage() {
  return (
    <>
      <PageHeader title="Live" description="Your watched pairs at the newest bar of both legs." />
      <LiveBoard />
    </>
  )
}
