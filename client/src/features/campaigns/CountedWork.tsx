/** What a campaign has counted, in rows: the work, how many trials it was, and the figure it is judged by. */
import { Link } from '@tanstack/react-router'
import type { ResultOf } from 'gql.tada'
import { useState } from 'react'
import { EmptyState } from '@/components/EmptyState'
import { PagedList } from '@/components/PagedList'
import { Table, Td, Th, Tr } from '@/components/Table'
import { describeSubject, SubjectFields } from '@/features/jobs/jobSubjects'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { formatMoment } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'
import { figureOf, titleOf } from './workWords'

const PAGE = 20

const CountedWorkQuery = graphql(
  `
    query CountedWork($id: ID!, $first: Int!, $after: String) {
      node(id: $id) {
        __typename
        id
        ... on Campaign {
          work(first: $first, after: $after) {
            nodes {
              kind
              tried
              createdAt
              work {
                __typename
                id
                ...SubjectFields
                ... on Backtest {
                  spec {
                    entry
                    exit
                  }
                  metrics {
                    sharpe {
                      value
                    }
                  }
                }
                ... on Portfolio {
                  metrics {
                    sharpe {
                      value
                    }
                  }
                }
                ... on WalkForward {
                  summary {
                    sharpe {
                      value
                    }
                  }
                }
                ... on Sweep {
                  summary {
                    overfitting {
                      value
                    }
                  }
                }
                ... on Scan {
                  summary {
                    discoveries
                  }
                }
              }
            }
            pageInfo {
              hasNextPage
              endCursor
            }
            totalCount
          }
        }
      }
    }
  `,
  [SubjectFields],
)

type Campaign = Extract<ResultOf<typeof CountedWorkQuery>['node'], { __typename: 'Campaign' }>
type Counted = Campaign['work']['nodes'][number]

function Row({ counted: { kind, tried, createdAt, work } }: { counted: Counted }) {
  const { name, page } = work ? describeSubject(work) : { name: undefined, page: undefined }
  const title = titleOf(kind, name)
  return (
    <Tr>
      <Td>
        {page ? (
          <Link {...page} className="font-medium text-accent hover:underline">
            {title}
          </Link>
        ) : (
          <span className="text-muted">{title}, removed since</span>
        )}
      </Td>
      <Td className="text-muted">
        {work?.__typename === 'Backtest' && `enter at ${work.spec.entry}, leave at ${work.spec.exit}`}
      </Td>
      <Td end>{formatCount(tried)}</Td>
      <Td>{work ? figureOf(work) : '—'}</Td>
      <Td className="text-muted">{formatMoment(createdAt)}</Td>
    </Tr>
  )
}

const HEAD = (
  <>
    <Th>Work</Th>
    <Th>With</Th>
    <Th end>Trials</Th>
    <Th>Came to</Th>
    <Th>Counted</Th>
  </>
)

export function CountedWork({ campaignId }: { campaignId: string }) {
  const [after, setAfter] = useState<string | null>(null)
  const { data, problem, fetching, again } = useAnswer({
    query: CountedWorkQuery,
    variables: { id: campaignId, first: PAGE, after },
    requestPolicy: 'cache-and-network',
  })
  const campaign = data?.node?.__typename === 'Campaign' ? data.node : undefined
  return (
    <PagedList
      title="What was tried"
      what="What was tried"
      page={campaign?.work}
      fetching={fetching}
      problem={problem}
      empty={<EmptyState title="Nothing yet" />}
      onRetry={again}
      onMore={setAfter}
    >
      {(rows) => (
        <Table label="Counted work" head={HEAD}>
          {rows.map((counted) => (
            <Row key={`${counted.kind} ${counted.work?.id ?? ''} ${counted.createdAt}`} counted={counted} />
          ))}
        </Table>
      )}
    </PagedList>
  )
}
