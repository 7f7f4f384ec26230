import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { latest } from './latest'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Questions that are answered by hand, in any order. */
function byHand() {
  const asked: { question: string; abort: AbortSignal; answer: (text: string) => void }[] = []
  const told: string[] = []
  const hand = latest<string, string>({
    rest: 50,
    patience: 400,
    run: (question, abort) => new Promise((answer) => void asked.push({ question, abort, answer })),
    onAnswer: (answer) => void told.push(answer),
  })
  return { ...hand, asked, told, questions: () => asked.map(({ question }) => question) }
}

test('of questions in quick succession the last is asked', async () => {
  const { ask, asked, told, questions } = byHand()
  ask('a')
  ask('b')
  await vi.advanceTimersByTimeAsync(49)
  ask('c')
  expect(questions()).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(questions()).toEqual(['c'])
  asked[0]?.answer('C')
  await vi.runAllTimersAsync()
  expect(told).toEqual(['C'])
})

test('while the hand moves, each answer lets the newest question through', async () => {
  const { ask, asked, told, questions } = byHand()
  ask('a')
  await vi.advanceTimersByTimeAsync(50)
  ask('b')
  ask('c')
  await vi.advanceTimersByTimeAsync(100)
  expect(questions()).toEqual(['a'])
  asked[0]?.answer('A')
  await vi.advanceTimersByTimeAsync(50)
  expect(questions()).toEqual(['a', 'c'])
  asked[1]?.answer('C')
  await vi.runAllTimersAsync()
  expect(told).toEqual(['A', 'C'])
})

test('a slow request is aborted for a newer question, and its late answer is not told', async () => {
  const { ask, asked, told, questions } = byHand()
  ask('old')
  await vi.advanceTimersByTimeAsync(50)
  ask('new')
  await vi.advanceTimersByTimeAsync(400)
  expect(questions()).toEqual(['old', 'new'])
  expect(asked.map(({ abort }) => abort.aborted)).toEqual([true, false])
  asked[1]?.answer('NEW')
  await vi.runAllTimersAsync()
  asked[0]?.answer('OLD')
  await vi.runAllTimersAsync()
  expect(told).toEqual(['NEW'])
})

test('after stop nothing is asked and nothing is told', async () => {
  const { ask, stop, asked, told, questions } = byHand()
  ask('a')
  await vi.advanceTimersByTimeAsync(50)
  ask('b')
  stop()
  asked[0]?.answer('A')
  await vi.runAllTimersAsync()
  expect(questions()).toEqual(['a'])
  expect(asked[0]?.abort.aborted).toBe(true)
  expect(told).toEqual([])
})
