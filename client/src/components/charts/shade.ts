/** A shaded stretch of time behind a pane, such as the formation period. */
import type {
  IChartApiBase,
  IPanePrimitive,
  IPrimitivePaneRenderer,
  PaneAttachedParameter,
  Time,
  UTCTimestamp,
} from 'lightweight-charts'

export interface Shade {
  from: number
  to: number
}

/** A pane primitive that paints the stretch. `times` are the chart's own, ascending: edges move to the nearest. */
export class ShadePrimitive implements IPanePrimitive<Time> {
  private chart: IChartApiBase<Time> | undefined
  private readonly edges: readonly [UTCTimestamp, UTCTimestamp] | undefined
  private readonly color: string

  constructor(shade: Shade, times: readonly number[], color: string) {
    const from = times.find((time) => time >= shade.from)
    const to = times.findLast((time) => time < shade.to)
    this.edges =
      from === undefined || to === undefined ? undefined : [from as UTCTimestamp, to as UTCTimestamp]
    this.color = color
  }

  attached({ chart }: PaneAttachedParameter<Time>): void {
    this.chart = chart
  }

  paneViews() {
    const renderer: IPrimitivePaneRenderer = { draw: () => {}, drawBackground: this.paint }
    return [{ zOrder: () => 'bottom' as const, renderer: () => renderer }]
  }

  private readonly paint: NonNullable<IPrimitivePaneRenderer['drawBackground']> = (target) => {
    const scale = this.chart?.timeScale()
    if (!scale || !this.edges) return
    const [left, right] = this.edges.map((time) => scale.timeToCoordinate(time))
    if (left === null || left === undefined || right === null || right === undefined) return
    // biome-ignore lint/correctness/useHookAtTopLevel: not a React hook, only named like one
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      context.fillStyle = this.color
      context.fillRect(left, 0, right - left, mediaSize.height)
    })
  }
}
