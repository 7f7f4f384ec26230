/** Which of the kept pairs go into the book. */
import { useId } from 'react'
import { Button } from '@/components/Button'

export interface Choosable {
  id: string
  y: { symbol: string }
  x: { symbol: string }
}

interface PairChoiceProps {
  pairs: readonly Choosable[]
  chosen: readonly string[]
  problem: string | undefined
  onChosen: (ids: string[]) => void
}

/** The server takes no more. */
const MOST = 50

export function PairChoice({ pairs, chosen, problem, onChosen }: PairChoiceProps) {
  const id = useId()
  const toggle = (pair: string, kept: boolean) =>
    onChosen(kept ? [...chosen, pair] : chosen.filter((other) => other !== pair))
  return (
    <fieldset className="min-w-0" aria-describedby={problem && `${id}-problem`}>
      <legend className="mb-2 flex w-full flex-wrap items-center gap-x-3 gap-y-2 text-sm font-semibold text-muted">
        Pairs
        <span aria-live="polite" className="font-normal">
          {chosen.length} of {pairs.length} chosen
        </span>
      </legend>
      <div className="flex flex-wrap gap-2">
        {pairs.map((pair) => (
          <label
            key={pair.id}
            className="flex min-h-9 cursor-pointer items-center gap-2 rounded-md border border-line-strong px-3 text-sm has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input
              type="checkbox"
              checked={chosen.includes(pair.id)}
              aria-invalid={problem ? true : undefined}
              onChange={(event) => toggle(pair.id, event.target.checked)}
              className="accent-(--t-accent)"
            />
            {pair.y.symbol} / {pair.x.symbol}
          </label>
        ))}
      </div>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button
          look="quiet"
          size="small"
          onClick={() => onChosen(pairs.slice(0, MOST).map((pair) => pair.id))}
        >
          {pairs.length > MOST ? `The newest ${MOST}` : 'All'}
        </Button>
        <Button look="quiet" size="small" onClick={() => onChosen([])}>
          None
        </Button>
      </div>
      {problem && (
        <p id={`${id}-problem`} role="alert" className="mt-1 text-sm text-loss">
          {problem}
        </p>
      )}
    </fieldset>
  )
}
