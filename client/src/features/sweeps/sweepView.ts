/** How a sweep's map and list are shown, as the page's address says it. */

import type { RawSearch } from '@/lib/search'
import { AXES, FIGURES, REDUCTIONS, type Reduction, type SweepAxis, type SweepFigure } from './sweepAxes'

export interface SweepView {
  x?: SweepAxis
  y?: SweepAxis
  figure?: SweepFigure
  reduce?: Reduction
}

const known = <T>(choices: readonly { value: T }[], text: unknown): T | undefined =>
  choices.find(({ value }) => value === text)?.value

/** What an address says about the view; anything else, and the defaults, are dropped. */
export function readSweepView(search: RawSearch): SweepView {
  const [x, y] = [known(AXES, search['x']), known(AXES, search['y'])]
  const figure = known(FIGURES, search['figure'])
  const reduce = known(REDUCTIONS, search['reduce'])
  return {
    ...(x && y && x !== y ? { x, y } : {}),
    ...(figure && figure !== 'SHARPE' ? { figure } : {}),
    ...(reduce && reduce !== 'MEDIAN' ? { reduce } : {}),
  }
}
