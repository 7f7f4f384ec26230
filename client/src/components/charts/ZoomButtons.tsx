/** Zoom for the keyboard and the pointer; the wheel is left to the page. */
import type { IChartApi } from 'lightweight-charts'
import { Button } from '@/components/Button'

function zoom(chart: IChartApi, factor: number): void {
  const scale = chart.timeScale()
  const range = scale.getVisibleLogicalRange()
  if (!range) return
  const middle = (range.from + range.to) / 2
  const half = ((range.to - range.from) / 2) * factor
  scale.setVisibleLogicalRange({ from: middle - half, to: middle + half })
}

export function ZoomButtons({ chart }: { chart: IChartApi | undefined }) {
  return (
    <fieldset className="flex shrink-0 rounded-md border border-line">
      <legend className="sr-only">Zoom</legend>
      <Button look="quiet" size="small" aria-label="Zoom in" onClick={() => chart && zoom(chart, 0.5)}>
        +
      </Button>
      <Button look="quiet" size="small" aria-label="Zoom out" onClick={() => chart && zoom(chart, 2)}>
        −
      </Button>
      <Button
        look="quiet"
        size="small"
        aria-label="Show everything"
        onClick={() => chart?.timeScale().fitContent()}
      >
        Fit
      </Button>
    </fieldset>
  )
}
