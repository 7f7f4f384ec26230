/** Shaded stretches of time behind a pane, such as the formation period. */
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

type Edges = readonly [from: UTCTimestamp, to: UTCTimestamp]

/** A pane primitive that paints the stretches. `times` are the chart's own, ascending: edges move to the nearest. */
export class ShadePrimitive implements IPanePrimitive<Time> {
  private chart: IChartApiBase<Time> | undefined
  private readonly edges: readonly Edges[]
  private readonly color: string

  constructor(shades: readonly Shade[], times: readonly number[], color: string) {
    this.edges = shades.flatMap((shade): Edges[] => {
      const from = times.find((time) => time >= shade.from)
      const to = times.findLast((time) => time < shade.to)
      return from === undefined || to === undefined ? [] : [[from as UTCTimestamp, to as UTCTimestamp]]
    })
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
    if (!scale) return
    const stretches = this.edges.map((edges) => edges.map((time) => scale.timeToCoordinate(time)))
    // biome-ignore lint/correctness/useHookAtTopLevel: not a React hook, only named like one
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      context.fillStyle = this.color
      for (const [left, right] of stretches) {
        if (left === null || left === undefined || right === null || right === undefined) continue
        context.fillRect(left, 0, right - left, mediaSize.height)
      }
    })
  }
}
