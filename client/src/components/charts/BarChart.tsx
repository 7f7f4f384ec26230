/** Bars with volume and marks; zooming in tells which stretch is visible, so that finer bars can be fetched. */
import { createChart, type IChartApi, type UTCTimestamp } from 'lightweight-charts'
import { useEffect, useRef, useState } from 'react'
import { type Bar, haveCandles, type Span } from '@/lib/bars'
import { classes } from '@/lib/classes'
import { BarLegend, barReading } from './BarLegend'
import { addBars, type BarMark, type DrawnBars } from './barSeries'
import { ChartReader } from './ChartReader'
import { chartOptions } from './chartOptions'
import { showCrosshair } from './crosshair'
import { useThemeVersion } from './useThemeVersion'
import { ZoomButtons } from './ZoomButtons'

interface BarChartProps {
  /** What the chart shows, in a sentence, for who cannot see it. */
  label: string
  bars: readonly Bar[]
  marks: readonly BarMark[]
  /** Bars within days show their time of day. */
  intraday: boolean
  write: (value: number) => string
  /** A stretch to go to; a new object goes there again. */
  focus: Span | undefined
  onVisible: (visible: Span) => void
  className?: string
}

interface Drawn {
  chart: IChartApi
  bars: DrawnBars
}

/** `bars`, `marks` and `write` must be stable between renders: a new value draws anew, where one was looking. */
export function BarChart(props: BarChartProps) {
  const { label, bars, marks, intraday, write, focus, onVisible, className = 'h-[26rem]' } = props
  const box = useRef<HTMLDivElement>(null)
  const seen = useRef<Span>(undefined)
  const report = useRef(onVisible)
  report.current = onVisible
  const [drawn, setDrawn] = useState<Drawn>()
  const [hovered, setHovered] = useState<number>()
  const themeVersion = useThemeVersion()
  const candles = haveCandles(bars)
  const volume = bars.some((bar) => bar.volume !== null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new theme draws anew, with its colours
  useEffect(() => {
    if (!box.current) return
    const chart = createChart(box.current, chartOptions())
    chart.applyOptions({ timeScale: { timeVisible: intraday } })
    chart.subscribeCrosshairMove(({ time }) => setHovered(typeof time === 'number' ? time : undefined))
    chart.timeScale().subscribeVisibleTimeRangeChange((range) => {
      if (!range) return
      seen.current = { from: range.from as number, to: range.to as number }
      report.current(seen.current)
    })
    setDrawn({ chart, bars: addBars(chart, { candles, volume }, write) })
    return () => {
      setDrawn(undefined)
      chart.remove()
    }
  }, [candles, volume, intraday, write, themeVersion])

  useEffect(() => {
    if (!drawn) return
    const before = seen.current
    drawn.bars.draw(bars, marks)
    if (before) show(drawn.chart, before)
    else drawn.chart.timeScale().fitContent()
  }, [drawn, bars, marks])

  useEffect(() => {
    if (drawn && focus) show(drawn.chart, focus)
  }, [drawn, focus])

  const read = (at: number | undefined) => {
    const time = at === undefined ? undefined : bars[at]?.time
    setHovered(time)
    if (at === undefined || time === undefined) drawn?.chart.clearCrosshairPosition()
    else if (drawn) showCrosshair(drawn.chart, drawn.bars.prices, at, time)
  }
  const at = hovered === undefined ? -1 : bars.findLastIndex(({ time }) => time <= hovered)
  const bar = bars.at(at)

  return (
    <figure className="min-w-0">
      <div className="mb-2 flex items-start justify-between gap-3">
        <BarLegend bars={bars} time={hovered} intraday={intraday} write={write} />
        <ZoomButtons chart={drawn?.chart} />
      </div>
      <div className="relative">
        <div ref={box} role="img" aria-label={label} className={classes('w-full', className)} />
        <ChartReader
          label={label}
          count={bars.length}
          at={at < 0 ? undefined : at}
          text={bar ? barReading(bar, intraday, write) : ''}
          onAt={read}
        />
      </div>
    </figure>
  )
}

function show(chart: IChartApi, { from, to }: Span): void {
  chart.timeScale().setVisibleRange({ from: from as UTCTimestamp, to: to as UTCTimestamp })
}
