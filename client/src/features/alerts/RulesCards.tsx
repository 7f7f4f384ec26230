/** The viewer's alert rules and the form for another one. */
import { useState } from 'react'
import { Card } from '@/components/Card'
import { EmptyState } from '@/components/EmptyState'
import { Failure } from '@/components/Failure'
import { LoadMore } from '@/components/LoadMore'
import { SkeletonRows } from '@/components/Skeleton'
import { PairNameFields } from '@/features/pairs/PairName'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { CreateRuleForm } from './CreateRuleForm'
import { RuleRowFields, RuleTable } from './RuleTable'

const PAGE = 20

const AlertRules = graphql(
  `
    query AlertRules($first: Int!, $after: String) {
      alertRules(first: $first, after: $after) {
        nodes {
          id
          ...RuleRowFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  `,
  [RuleRowFields],
)

const RuleSubjects = graphql(
  `
    query RuleSubjects {
      watchedPairs(first: 100) {
        nodes {
          id
          timeframe
          falseAlarmBars
          pair {
            ...PairNameFields
          }
        }
      }
    }
  `,
  [PairNameFields],
)

function Rules() {
  const [after, setAfter] = useState<string | null>(null)
  const { data, problem, fetching, again } = useAnswer({
    query: AlertRules,
    variables: { first: PAGE, after },
  })
  const rules = data?.alertRules
  if (problem) return <Failure title="The rules cannot be shown" message={problem} onRetry={again} />
  if (!rules) return <SkeletonRows rows={2} />
  if (rules.nodes.length === 0) return <EmptyState title="No rules yet">Make the first one above.</EmptyState>
  return (
    <>
      <RuleTable rules={rules.nodes} />
      <LoadMore page={rules} fetching={fetching} onMore={setAfter} />
    </>
  )
}

export function RulesCards({ pair }: { pair: string | undefined }) {
  const { data, problem } = useAnswer({ query: RuleSubjects })
  const watched = data?.watchedPairs.nodes.map(({ timeframe, falseAlarmBars, pair: { id, y, x } }) => ({
    pairId: id,
    name: `${y.symbol}/${x.symbol}`,
    timeframe,
    falseAlarmBars,
  }))
  return (
    <>
      <Card title="New rule" hint="Raised once as soon as it holds, again only after it has ceased to.">
        {problem && <p className="text-loss">{problem}</p>}
        {!watched && !problem && <SkeletonRows rows={2} />}
        {watched && <CreateRuleForm key={pair} watched={watched} pair={pair} />}
      </Card>
      <Card title="Rules" flush>
        <Rules />
      </Card>
    </>
  )
}
