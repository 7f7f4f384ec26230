import { expect, test } from 'vitest'
import { formatDay } from '@/lib/dates'
import { readingAt } from './ChartLegend'

const series = (name: string, points: { time: number; value: number }[]) => ({
  name,
  color: '--t-ink',
  points,
  write: String,
})

test('a reading has the day, and of every series the value of then or the one before', () => {
  const day = 86_400
  const panes = [
    {
      title: 'Prices',
      series: [
        series('KO', [
          { time: 0, value: 1 },
          { time: 2 * day, value: 3 },
        ]),
      ],
    },
    {
      title: 'z',
      series: [series('z-score', [{ time: day, value: 2 }]), series('late', [{ time: 9 * day, value: 4 }])],
    },
  ]
  expect(readingAt(panes, day)).toBe(`${formatDay(day * 1000)}, KO 1, z-score 2`)
})
