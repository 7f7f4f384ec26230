/** Starts a portfolio of kept pairs and opens it. */
import { useNavigate } from '@tanstack/react-router'
import type { ResultOf } from 'gql.tada'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Button } from '@/components/Button'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { Notice } from '@/components/Notice'
import { SkeletonRows } from '@/components/Skeleton'
import { CreatePairButton } from '@/features/pairs/CreatePairButton'
import { PeriodFields } from '@/features/pairs/PeriodFields'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { jointPairHistory, presets } from '@/lib/periods'
import { PairChoice } from './PairChoice'
import { BookFields, MoreFields, ThresholdFields } from './PortfolioFields'
import { ADVANCED, DEFAULT_DRAFT, type PortfolioDraft, readDraft } from './portfolioDraft'
import { usePortfolioStart } from './usePortfolioStart'

const PortfolioPairs = graphql(`
  query PortfolioPairs {
    pairs(first: 100) {
      nodes {
        id
        y {
          id
          symbol
          currency
          firstBar
          lastBar
        }
        x {
          id
          symbol
          firstBar
          lastBar
        }
      }
    }
  }
`)

type Pair = ResultOf<typeof PortfolioPairs>['pairs']['nodes'][number]

/** What is typed, with the periods that nobody has chosen yet filled in from what the pairs share. */
function useDraft(pairs: readonly Pair[]) {
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

function Form({ pairs }: { pairs: readonly Pair[] }) {
  const navigate = useNavigate()
  const form = useRef<HTMLFormElement>(null)
  const { draft, history, currency, onDraft } = useDraft(pairs)
  const [advanced, setAdvanced] = useState(false)
  const { busy, problems, start } = usePortfolioStart()

  useEffect(() => {
    if (ADVANCED.some((name) => problems.fields[name])) setAdvanced(true)
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [problems])

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const id = await start(readDraft(draft))
    if (id) await navigate({ to: '/portfolios/$id', params: { id } })
  }
  const fields = { draft, problems: problems.fields, currency, onDraft }
  const elsewhere = ['formation', 'trading'].flatMap((name) => problems.fields[name] ?? [])
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => void onSubmit(event)}
      aria-label="New portfolio"
      className="grid gap-5"
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
      <BookFields {...fields} />
      <ThresholdFields {...fields} />
      <details open={advanced} onToggle={(event) => setAdvanced(event.currentTarget.open)}>
        <summary className="w-fit text-sm font-semibold text-accent">
          More: estimates, stops, costs, campaign
        </summary>
        <div className="pt-3">{advanced && <MoreFields {...fields} />}</div>
      </details>
      {[...elsewhere, ...problems.form].map((message) => (
        <Notice key={message} tone="problem">
          {message}
        </Notice>
      ))}
      <Button type="submit" look="primary" busy={busy} className="w-full sm:w-fit">
        {busy ? 'Starting…' : 'Run portfolio'}
      </Button>
    </form>
  )
}

export function StartPortfolioForm() {
  const { data, problem, again } = useAnswer({ query: PortfolioPairs, requestPolicy: 'cache-and-network' })
  const pairs = data?.pairs.nodes
  if (problem) return <Failure title="Your pairs cannot be shown" message={problem} onRetry={again} />
  if (!pairs) return <SkeletonRows rows={4} label="Loading your pairs…" />
  if (pairs.length === 0)
    return (
      <EmptyState title="You keep no pair yet" action={<CreatePairButton y="KO" x="PEP" />}>
        A portfolio trades pairs that you keep; scans find more of them.
      </EmptyState>
    )
  return <Form pairs={pairs} />
}
