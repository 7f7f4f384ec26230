/** Asks again and again while a hand moves, where only the newest question matters. */

export interface Latest<Question> {
  /** Ask soon. Of several questions in quick succession only the last is asked. */
  ask: (question: Question) => void
  /** Forget everything. */
  stop: () => void
}

interface Asking<Question, Answer> {
  /** Milliseconds from a question to its request. */
  rest: number
  /** Milliseconds that a request may keep a newer question waiting; after that it is aborted. */
  patience: number
  run: (question: Question, abort: AbortSignal) => Promise<Answer>
  onAnswer: (answer: Answer, question: Question) => void
}

/**
 * One request at a time: quick answers all come through, in order, so that a picture follows the hand; a slow one
 * gives way to the newer question, and its answer is never told.
 */
export function latest<Question, Answer>(asking: Asking<Question, Answer>): Latest<Question> {
  let waiting: { question: Question } | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: AbortController | undefined

  const wait = (milliseconds: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      timer = undefined
      const next = waiting
      waiting = undefined
      if (next) void begin(next.question)
    }, milliseconds)
  }
  const begin = async (question: Question) => {
    running?.abort()
    const mine = new AbortController()
    running = mine
    const answer = await asking.run(question, mine.signal)
    if (mine.signal.aborted) return
    running = undefined
    if (waiting) wait(asking.rest)
    asking.onAnswer(answer, question)
  }
  return {
    ask: (question) => {
      waiting = { question }
      if (timer === undefined) wait(running ? asking.patience : asking.rest)
    },
    stop: () => {
      clearTimeout(timer)
      timer = undefined
      waiting = undefined
      running?.abort()
      running = undefined
    },
  }
}
