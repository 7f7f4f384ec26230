/** Opens the page of a pair that a test found, over the period it was tested on; keeps the pair first. */
import { useNavigate } from '@tanstack/react-router'
import type { PriceScale } from '@/features/pairs/priceScales'
import { type Legs, usePairCreation } from '@/features/pairs/usePairCreation'
import type { Period } from '@/lib/periods'

interface OpenPair {
  busy: boolean
  problems: readonly string[]
  open: (legs: Legs) => Promise<void>
}

/** Trading begins where formation ended. */
export function useOpenPair(formation: Period, prices: PriceScale): OpenPair {
  const navigate = useNavigate()
  const { busy, problems, keep } = usePairCreation()
  const search = {
    formationStart: formation.start,
    formationEnd: formation.end,
    tradingStart: formation.end,
    ...(prices === 'LOG' ? {} : { prices }),
  }
  const open = async (legs: Legs) => {
    const kept = await keep(legs)
    if (kept) await navigate({ to: '/pairs/$y/$x', params: kept, search })
  }
  return { busy, problems: [...Object.values(problems.fields), ...problems.form], open }
}
