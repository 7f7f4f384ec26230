/** Starts a portfolio of kept pairs and opens it. */
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { MoreFields } from '@/components/MoreFields'
import { Notice } from '@/components/Notice'
import { StartForm } from '@/components/StartForm'
import { type KeptPair, KeptPairs } from '@/features/pairs/KeptPairs'
import { PeriodFields } from '@/features/pairs/PeriodFields'
import { jointPairHistory, presets } from '@/lib/periods'
import { PairChoice } from './PairChoice'
import { AdvancedFields, BookFields, ThresholdFields } from './PortfolioFields'
import { ADVANCED, DEFAULT_DRAFT, type PortfolioDraft, readDraft } from './portfolioDraft'
import { usePortfolioStart } from './usePortfolioStart'

/** What is typed, with the periods that nobody has chosen yet filled in from what the pairs share. */
function useDraft(pairs: readonly KeptPair[]) {
  const [typed, setTyped] = useState<PortfolioDraft>({
    ...DEFAULT_DRAFT,
    pairIds: pairs.slice(0, 10).map(({ id }) => id),
  })
  const chosen = pairs.filter(({ id }) => typed.pairIds.includes(id))
  const history = jointPairHistory(chosen)
  const standard = history ? (presets(history)[0]?.periods ?? null) : null
  const draft: PortfolioDraft = {
    ...typed,
    pairIds: chosen.map(({ id }) => id),
    periods: typed.periods ?? standard,
  }
  return {
    draft,
    history,
    currency: (chosen[0] ?? pairs[0])?.y.currency ?? '',
    onDraft: (change: Partial<PortfolioDraft>) => setTyped({ ...typed, ...change }),
  }
}

/** What may be wrong, and is chosen where nothing says so. */
const ELSEWHERE = ['formation', 'trading']

function Form({ pairs }: { pairs: readonly KeptPair[] }) {
  const navigate = useNavigate()
  const { draft, history, currency, onDraft } = useDraft(pairs)
  const { busy, problems, start } = usePortfolioStart()

  const onStart = async () => {
    const id = await start(readDraft(draft))
    if (id) await navigate({ to: '/portfolios/$id', params: { id } })
  }
  const fields = { draft, problems: problems.fields, onDraft }
  return (
    <StartForm
      label="New portfolio"
      action="Run portfolio"
      busy={busy}
      problems={problems}
      elsewhere={ELSEWHERE}
      onStart={onStart}
    >
      <PairChoice
        pairs={pairs}
        chosen={draft.pairIds}
        problem={problems.fields['pairIds']}
        onChosen={(pairIds) => onDraft({ pairIds })}
      />
      {history && draft.periods ? (
        <PeriodFields
          history={history}
          periods={draft.periods}
          onPeriods={(periods) => onDraft({ periods })}
        />
      ) : (
        draft.pairIds.length > 0 && (
          <Notice tone="warning">These pairs have no daily bars on the same days.</Notice>
        )
      )}
      <BookFields {...fields} currency={currency} />
      <ThresholdFields {...fields} />
      <MoreFields
        title="More: estimates, stops, costs, campaign"
        names={ADVANCED}
        problems={problems.fields}
        lazy
      >
        <AdvancedFields {...fields} />
      </MoreFields>
    </StartForm>
  )
}

export function StartPortfolioForm() {
  return (
    <KeptPairs purpose="A portfolio trades pairs that you keep; scans find more of them.">
      {(pairs) => <Form pairs={pairs} />}
    </KeptPairs>
  )
}
