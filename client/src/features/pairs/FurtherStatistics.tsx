/** The statistics that take longer, each computed when it is opened. */
import { Card } from '@/components/Card'
import { LazySection } from '@/components/LazySection'
import type { Estimating } from './estimating'
import { HedgePathChart } from './HedgePathChart'
import { hedgeWords } from './hedgeMethods'
import { PairTests } from './PairTests'
import { StabilityChart } from './StabilityChart'

interface FurtherStatisticsProps {
  estimating: Estimating
  until: string
}

export function FurtherStatistics({ estimating, until }: FurtherStatisticsProps) {
  const hint = `Hedge ratio by: ${hedgeWords(estimating.hedge).label}. Computed when you open them.`
  return (
    <Card title="Further statistics" hint={hint} flush>
      <LazySection title="All tests" hint="seven tests and the process behind the spread">
        {() => <PairTests {...estimating} />}
      </LazySection>
      <LazySection title="Stability" hint="does the relation hold in every part of the period?">
        {() => <StabilityChart {...estimating} />}
      </LazySection>
      <LazySection title="Hedge ratio through time" hint="for methods whose β moves">
        {() => <HedgePathChart {...estimating} until={until} />}
      </LazySection>
    </Card>
  )
}
