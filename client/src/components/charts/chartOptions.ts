/** A chart's looks, from the theme's colours as they are now. */
import {
  type ChartOptions,
  ColorType,
  type DeepPartial,
  LineStyle,
  TickMarkType,
  type Time,
} from 'lightweight-charts'
import { resolveColor } from '@/lib/theme'

/** A day says its month; every other mark is written as the library does. */
const writeTick = (time: Time, kind: TickMarkType): string | null =>
  kind === TickMarkType.DayOfMonth && typeof time === 'number'
    ? new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
        time * 1000,
      )
    : null

export function chartOptions(): DeepPartial<ChartOptions> {
  const line = resolveColor('--t-line')
  return {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: 'transparent' },
      textColor: resolveColor('--t-muted'),
      fontFamily: getComputedStyle(document.body).fontFamily,
      fontSize: 11,
      attributionLogo: true,
      panes: {
        separatorColor: line,
        separatorHoverColor: resolveColor('--t-line-strong'),
        enableResize: true,
      },
    },
    grid: { vertLines: { visible: false }, horzLines: { color: line, style: LineStyle.SparseDotted } },
    rightPriceScale: { borderVisible: false, minimumWidth: 64 },
    timeScale: {
      borderColor: line,
      minBarSpacing: 0.05,
      tickMarkFormatter: writeTick,
      // A label is moved inwards only at an edge that one cannot scroll beyond.
      fixLeftEdge: true,
      fixRightEdge: true,
    },
    crosshair: {
      vertLine: { color: resolveColor('--t-muted'), labelBackgroundColor: resolveColor('--t-accent') },
      horzLine: { color: resolveColor('--t-muted'), labelBackgroundColor: resolveColor('--t-accent') },
    },
    // The wheel scrolls the page; zooming has its own buttons and pinch.
    handleScroll: { mouseWheel: false, vertTouchDrag: false },
    handleScale: { mouseWheel: false },
  }
}
