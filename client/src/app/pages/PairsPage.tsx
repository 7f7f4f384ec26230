/** The viewer's pairs, and the form for another one. */
import { Card } from '@/components/Card'
import { PageHeader } from '@/components/PageHeader'
import { CreatePairForm } from '@/features/pairs/CreatePairForm'
import { PairsSection } from './PairsSection'

export function PairsPage() {
  return (
    <>
      <PageHeader title="Pairs" description="Two instruments in order: Y is explained by X." />
      <div className="grid gap-6">
        {/* Suggestions hang over the card's edge. */}
        <div className="[&>section]:overflow-visible">
          <Card title="New pair" hint="Type a symbol or a name; choose with the arrow keys.">
            <CreatePairForm />
          </Card>
        </div>
        <PairsSection title="My pairs" first={24} />
      </div>
    </>
  )
}
