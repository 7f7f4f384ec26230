/** The steps of a walk: what each chose, what that promised, and what it kept. */
import { type FragmentOf, type ResultOf, readFragment } from 'gql.tada'
import { useState } from 'react'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { LoadMore } from '@/components/LoadMore'
import { Table, Td, Th, Tr } from '@/components/Table'
import { TONE_TEXT } from '@/features/backtests/tones'
import { PairName } from '@/features/pairs/PairName'
import { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { formatCount, formatNumber, formatSigned, formatSignedPercent, tone } from '@/lib/numbers'

const PAGE = 12

export const WalkStepFields = graphql(`
  fragment WalkStepFields on WalkStep {
    formation {
      start
      end
    }
    trading {
      start
      end
    }
    choices {
      y
      x
      pValue
      entry
      exit
      stop
      maxHold
      inSampleSharpe
      outOfSampleReturn
    }
    profit
    trades
    tests
  }
`)

type Choice = ResultOf<typeof WalkStepFields>['choices'][number]

const thresholds = ({ entry, exit, stop, maxHold }: Choice): string =>
  [
    `${entry} / ${exit}`,
    ...(stop === null ? [] : [`stop ${stop}`]),
    ...(maxHold === null ? [] : [`${maxHold} bars`]),
  ].join(', ')

function Choices({ choices }: { choices: readonly Choice[] }) {
  if (choices.length === 0) return <span className="text-muted">No pair was good enough: nothing traded</span>
  return (
    <ul className="grid gap-1">
      {choices.map((choice) => (
        <li key={`${choice.y}/${choice.x}`} className="grid grid-cols-[7rem_8rem_9rem_auto] gap-x-3">
          <PairName y={choice.y} x={choice.x} />
          <span className="text-muted">{thresholds(choice)}</span>
          <span>in sample {formatNumber(choice.inSampleSharpe)}</span>
          <span className={TONE_TEXT[tone(choice.outOfSampleReturn)]}>
            then {formatSignedPercent(choice.outOfSampleReturn)}
          </span>
        </li>
      ))}
    </ul>
  )
}

export function WalkSteps({ steps: masked }: { steps: readonly FragmentOf<typeof WalkStepFields>[] }) {
  const steps = readFragment(WalkStepFields, masked)
  const [shown, setShown] = useState(PAGE)
  return (
    <Card
      title="Steps"
      hint="Chosen pairs with entry / exit, the Sharpe ratio they were chosen for, and what they then earned on their share."
      flush
    >
      {steps.length === 0 ? (
        <EmptyState title="No steps" />
      ) : (
        <>
          <Table
            label="Table of steps"
            head={
              <>
                <Th end>#</Th>
                <Th>Chosen on</Th>
                <Th>Traded</Th>
                <Th>Choices</Th>
                <Th end>Profit</Th>
                <Th end>Trades</Th>
                <Th end>Tests</Th>
              </>
            }
          >
            {steps.slice(0, shown).map(({ formation, trading, choices, profit, trades, tests }, place) => (
              <Tr key={trading.start}>
                <Td end className="align-top">
                  {place + 1}
                </Td>
                <Td className="align-top text-muted">
                  {formatDay(formation.start)} –<br />
                  {formatDay(formation.end)}
                </Td>
                <Td className="align-top">
                  {formatDay(trading.start)} –<br />
                  {formatDay(trading.end)}
                </Td>
                <Td className="align-top">
                  <Choices choices={choices} />
                </Td>
                <Td end className={`align-top ${TONE_TEXT[tone(profit)]}`}>
                  {formatSigned(profit, 0)}
                </Td>
                <Td end className="align-top">
                  {formatCount(trades)}
                </Td>
                <Td end className="align-top text-muted">
                  {formatCount(tests)}
                </Td>
              </Tr>
            ))}
          </Table>
          <LoadMore
            page={{
              nodes: steps.slice(0, shown),
              pageInfo: { hasNextPage: shown < steps.length, endCursor: '' },
              totalCount: steps.length,
            }}
            fetching={false}
            onMore={() => setShown(shown + PAGE)}
          />
        </>
      )}
    </Card>
  )
}
