/** What a sweep varies and measures, in words. */
import { HEDGE_METHODS } from '@/features/pairs/hedgeMethods'
import type { graphql } from '@/graphql/tada'
import { formatCount, formatNumber, formatSignedPercent } from '@/lib/numbers'

export type SweepAxis = ReturnType<typeof graphql.scalar<'SweepAxis'>>
export type SweepFigure = ReturnType<typeof graphql.scalar<'SweepFigure'>>
export type Reduction = ReturnType<typeof graphql.scalar<'Reduction'>>
export type AxisKey = 'hedge' | 'window' | 'entry' | 'exit' | 'stop' | 'maxHold' | 'costBps'
export type AxisValue = string | number | null

/** The values of each axis. */
export type AxisValues = Readonly<Record<AxisKey, readonly AxisValue[]>>

/** One value of each axis. */
export type ParameterSet = Readonly<Record<AxisKey, AxisValue>>

interface AxisWords {
  value: SweepAxis
  key: AxisKey
  label: string
  /** What null means. */
  none: string
}

/** In the order in which a map prefers them. */
export const AXES: readonly AxisWords[] = [
  { value: 'ENTRY', key: 'entry', label: 'Entry', none: '' },
  { value: 'EXIT', key: 'exit', label: 'Exit', none: '' },
  { value: 'WINDOW', key: 'window', label: 'Window', none: 'formation' },
  { value: 'HEDGE', key: 'hedge', label: 'Hedge', none: '' },
  { value: 'COST_BPS', key: 'costBps', label: 'Costs, bps', none: '' },
  { value: 'STOP', key: 'stop', label: 'Stop', none: 'none' },
  { value: 'MAX_HOLD', key: 'maxHold', label: 'Time stop', none: 'none' },
]

export const axisWords = (axis: SweepAxis): AxisWords =>
  AXES.find(({ value }) => value === axis) ?? (AXES[0] as AxisWords)

/** A value of an axis for reading. */
export function writeAxisValue({ key, none }: AxisWords, value: AxisValue): string {
  if (value === null) return none
  if (key === 'hedge') return HEDGE_METHODS.find((method) => method.value === value)?.label ?? String(value)
  return String(value)
}

interface FigureWords {
  value: SweepFigure
  label: string
  /** Whether zero parts good from bad. */
  aroundZero: boolean
  write: (value: number | null) => string
}

export const FIGURES: readonly FigureWords[] = [
  { value: 'SHARPE', label: 'Sharpe ratio', aroundZero: true, write: (value) => formatNumber(value) },
  {
    value: 'TOTAL_RETURN',
    label: 'Total return',
    aroundZero: true,
    write: (value) => formatSignedPercent(value),
  },
  {
    value: 'MAX_DRAWDOWN',
    label: 'Deepest drawdown',
    aroundZero: false,
    write: (value) => formatSignedPercent(value),
  },
  { value: 'TRADES', label: 'Closed trades', aroundZero: false, write: (value) => formatCount(value) },
  { value: 'TURNOVER', label: 'Turnover', aroundZero: false, write: (value) => formatNumber(value, 1) },
]

export const figureWords = (figure: SweepFigure): FigureWords =>
  FIGURES.find(({ value }) => value === figure) ?? (FIGURES[0] as FigureWords)

export const REDUCTIONS: readonly { value: Reduction; label: string }[] = [
  { value: 'MEDIAN', label: 'Their median' },
  { value: 'BEST', label: 'The best of them' },
  { value: 'WORST', label: 'The worst of them' },
]

/** The axes that a map begins with: the first two that vary, filled up with others. */
export function defaultAxes(values: AxisValues): { x: SweepAxis; y: SweepAxis } {
  const varied = AXES.filter(({ key }) => values[key].length > 1)
  const [y, x] = [...varied, ...AXES.filter((axis) => !varied.includes(axis))]
  return { x: x?.value ?? 'EXIT', y: y?.value ?? 'ENTRY' }
}
