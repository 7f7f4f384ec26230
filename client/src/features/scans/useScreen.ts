/** The p-values of a small universe, asked for while the hand still moves. */
import type { ResultOf } from 'gql.tada'
import { useEffect, useMemo, useState } from 'react'
import { type Client, type CombinedError, useClient } from 'urql'
import { describeError } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { latest } from '@/lib/latest'
import { HistogramFields, MatrixFields } from './FoundPictures'
import type { ScreenInput } from './scanDraft'
import { UnusableFields } from './UnusableMembers'

const ScreenQuery = graphql(
  `
    query Screen($input: ScreenInput!) {
      screen(input: $input) {
        bars
        summary {
          pairsTested
          belowLevel
          expectedFalse
          discoveries
          ...HistogramFields
        }
        matrix {
          ...MatrixFields
        }
        unusable {
          ...UnusableFields
        }
      }
    }
  `,
  [HistogramFields, MatrixFields, UnusableFields],
)

type Screen = ResultOf<typeof ScreenQuery>['screen']

interface Answer {
  screen: Screen | undefined
  error: CombinedError | undefined
  milliseconds: number
}

export interface Screened {
  /** The newest answer; while a newer question is out it stays. */
  screen: Screen | undefined
  /** From question to answer, over the network. */
  milliseconds: number | undefined
  problem: string | undefined
  asking: boolean
}

const REST_MS = 30
const PATIENCE_MS = 1_500
const BUSY_MS = 300
const TRIES = 4

/** One answer, or as many tries as a busy server asks for. */
async function request(client: Client, input: ScreenInput, abort: AbortSignal): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await requestOnce(client, input, abort)
    const [first] = answer.error?.graphQLErrors ?? []
    if (abort.aborted || tries === TRIES || first?.extensions['retryable'] !== true) return answer
    const wait = first.extensions['retryAfterMs']
    await new Promise((resolve) => setTimeout(resolve, typeof wait === 'number' ? wait : BUSY_MS))
  }
}

function requestOnce(client: Client, input: ScreenInput, abort: AbortSignal): Promise<Answer> {
  const began = performance.now()
  return new Promise((resolve) => {
    const asked = client
      .query(ScreenQuery, { input }, { requestPolicy: 'network-only' })
      .subscribe(({ data, error }) =>
        resolve({ screen: data?.screen, error, milliseconds: performance.now() - began }),
      )
    abort.addEventListener('abort', () => asked.unsubscribe())
  })
}

/** Follow an input: quick answers all come through, a slow one gives way to the newer question. */
export function useScreen(input: ScreenInput | undefined): Screened {
  const client = useClient()
  const [screened, setScreened] = useState<Omit<Screened, 'asking'>>({
    screen: undefined,
    milliseconds: undefined,
    problem: undefined,
  })
  const [answered, setAnswered] = useState<string>()
  const hand = useMemo(
    () =>
      latest<ScreenInput, Answer>({
        rest: REST_MS,
        patience: PATIENCE_MS,
        run: (question, abort) => request(client, question, abort),
        onAnswer: ({ screen, error, milliseconds }, question) => {
          setAnswered(JSON.stringify(question))
          setScreened((last) => ({
            screen: screen ?? last.screen,
            milliseconds,
            problem: error && describeError(error),
          }))
        },
      }),
    [client],
  )
  const text = input && JSON.stringify(input)
  useEffect(() => {
    if (text) hand.ask(JSON.parse(text) as ScreenInput)
  }, [hand, text])
  useEffect(() => () => hand.stop(), [hand])
  return { ...screened, asking: text !== undefined && text !== answered }
}
