/** Splits and dividends in words, and as marks on a chart. */
import type { BarMark } from '@/components/charts/barSeries'
import type { graphql } from '@/graphql/tada'
import { toMoment } from '@/lib/dates'
import { formatNumber } from '@/lib/numbers'

interface Action {
  kind: ReturnType<typeof graphql.scalar<'ActionKind'>>
  /** A day. */
  exDate: string
  value: number
}

const short = (value: number): string => String(Number(value.toPrecision(4)))

/** "2 for 1"; fewer shares than before are told the other way round, "1 for 10". */
export const splitWords = (value: number): string =>
  value >= 1 ? `${short(value)} for 1` : `1 for ${short(1 / value)}`

/** What happened: "Split 2 for 1", "Dividend 0.44". */
export const actionWords = ({ kind, value }: Action): string =>
  kind === 'SPLIT' ? `Split ${splitWords(value)}` : `Dividend ${formatNumber(value, 4)}`

/** A split says its terms; dividends are many, so they only say that they are. */
export const actionMark = ({ kind, exDate, value }: Action): BarMark => ({
  time: Date.parse(toMoment(exDate)) / 1000,
  text: kind === 'SPLIT' ? `S ${splitWords(value)}` : 'D',
  color: kind === 'SPLIT' ? '--t-leg-x' : '--t-spread',
})
