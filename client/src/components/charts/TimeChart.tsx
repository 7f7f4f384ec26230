/** Panes over one time axis with one crosshair, a legend that reads off values, and zoom by button and pinch. */
import { createChart, type IChartApi } from 'lightweight-charts'
import { useEffect, useMemo, useRef, useState } from 'react'
import { classes } from '@/lib/classes'
import { ChartLegend, readingAt } from './ChartLegend'
import { ChartReader } from './ChartReader'
import { chartOptions } from './chartOptions'
import { showCrosshair } from './crosshair'
import { type ChartPane, type DrawnSeries, drawLevels, drawPanes, type Level, timesOf } from './panes'
import type { Shade } from './shade'
import { useThemeVersion } from './useThemeVersion'
import { ZoomButtons } from './ZoomButtons'

interface TimeChartProps {
  /** What the chart shows, in a sentence, for who cannot see it. */
  label: string
  panes: readonly ChartPane[]
  levels?: readonly Level[]
  shades?: readonly Shade[]
  className?: string
}

interface Drawn {
  chart: IChartApi
  series: DrawnSeries[][]
}

/** `panes`, `levels` and `shades` must be stable between renders: a new value draws anew. */
export function TimeChart({ label, panes, levels, shades, className = 'h-96' }: TimeChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const [drawn, setDrawn] = useState<Drawn>()
  const [hovered, setHovered] = useState<number>()
  const themeVersion = useThemeVersion()
  const times = useMemo(() => timesOf(panes), [panes])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new theme draws anew, with its colours
  useEffect(() => {
    if (!box.current) return
    const chart = createChart(box.current, chartOptions())
    chart.subscribeCrosshairMove(({ time }) => setHovered(typeof time === 'number' ? time : undefined))
    setDrawn({ chart, series: drawPanes(chart, panes, shades) })
    chart.timeScale().fitContent()
    return () => {
      setDrawn(undefined)
      chart.remove()
    }
  }, [panes, shades, themeVersion])

  useEffect(() => {
    if (!drawn || !levels) return
    // A chart that was removed has no panes, and its lines went with it.
    const remove = drawLevels(drawn.series, levels)
    return () => {
      if (drawn.chart.panes().length > 0) remove()
    }
  }, [drawn, levels])

  const read = (at: number | undefined) => {
    const time = at === undefined ? undefined : times[at]
    const series = drawn?.series[0]?.[0]
    setHovered(time)
    if (at === undefined || time === undefined) drawn?.chart.clearCrosshairPosition()
    else if (drawn && series) showCrosshair(drawn.chart, series, at, time)
  }
  const time = hovered ?? times.at(-1)

  return (
    <figure className="min-w-0">
      <div className="mb-2 flex items-start justify-between gap-3">
        <ChartLegend panes={panes} time={hovered} />
        <ZoomButtons chart={drawn?.chart} />
      </div>
      <div className="relative">
        <div ref={box} role="img" aria-label={label} className={classes('w-full', className)} />
        <ChartReader
          label={label}
          count={times.length}
          at={hovered === undefined ? undefined : times.indexOf(hovered)}
          text={time === undefined ? '' : readingAt(panes, time)}
          onAt={read}
        />
      </div>
    </figure>
  )
}
