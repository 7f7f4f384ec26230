/** Keeps a pair that a scan found, without leaving the page. */
import { useState } from 'react'
import { Button } from '@/components/Button'
import { type Legs, usePairCreation } from '@/features/pairs/usePairCreation'

export function KeepPairButton({ y, x }: Legs) {
  const { busy, problems, keep } = usePairCreation()
  const [kept, setKept] = useState(false)
  const [problem] = [...Object.values(problems.fields), ...problems.form]
  return (
    <>
      <Button
        look="quiet"
        size="small"
        busy={busy}
        disabled={kept}
        aria-label={`Keep ${y}/${x}`}
        onClick={() => void keep({ y, x }).then((legs) => setKept(legs !== undefined))}
      >
        {kept ? 'Kept ✓' : 'Keep'}
      </Button>
      {problem && (
        <span role="alert" className="text-loss">
          {problem}
        </span>
      )}
    </>
  )
}
