/** The viewer's backtests, narrowed by state and sorted by the server. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { buttonClasses } from '@/components/Button'
import { ChoiceButtons } from '@/components/ChoiceButtons'
import { EmptyState } from '@/components/EmptyState'
import { SelectField } from '@/components/Field'
import { PagedList } from '@/components/PagedList'
import { PageHeader } from '@/components/PageHeader'
import { BacktestRowFields, BacktestTable } from '@/features/backtests/BacktestTable'
import {
  type BacktestView,
  DEFAULT_ORDER,
  filterOf,
  ORDERS,
  readBacktestView,
} from '@/features/backtests/backtestView'
import { JOB_CHOICES, type JobChoice } from '@/features/jobs/jobStates'
import { graphql } from '@/graphql/tada'
import { useAnswer } from '@/graphql/useAnswer'
import { useReconnect } from '../useReconnect'
import { useView } from '../useView'

const PAGE = 20
const route = getRouteApi('/backtests')

const Backtests = graphql(
  `
    query Backtests($where: BacktestFilter, $orderBy: BacktestOrder!, $first: Int!, $after: String) {
      backtests(where: $where, orderBy: $orderBy, first: $first, after: $after) {
        nodes {
          id
          ...BacktestRowFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  `,
  [BacktestRowFields],
)

const STATES = (Object.keys(JOB_CHOICES) as JobChoice[]).map((value) => ({
  value,
  label: JOB_CHOICES[value].label,
}))

function Nothing({ filtered }: { filtered: boolean }) {
  if (filtered)
    return <EmptyState title="No such backtests">None of your backtests is in that state.</EmptyState>
  return (
    <EmptyState
      title="No backtests yet"
      action={
        <Link to="/pairs" className={buttonClasses('primary')}>
          Choose a pair
        </Link>
      }
    >
      A pair’s page has the form that starts one.
    </EmptyState>
  )
}

/** Give it a key of the view: another view begins at its first page. */
function List({ view }: { view: BacktestView }) {
  const [after, setAfter] = useState<string | null>(null)
  const where = filterOf(view)
  const orderBy = view.order ?? DEFAULT_ORDER
  const { data, problem, fetching, again } = useAnswer({
    query: Backtests,
    variables: { where, orderBy, first: PAGE, after },
  })
  useReconnect(again)
  return (
    <PagedList
      title="My backtests"
      what="The backtests"
      page={data?.backtests}
      fetching={fetching}
      problem={problem}
      empty={<Nothing filtered={where !== null} />}
      onRetry={again}
      onMore={setAfter}
    >
      {(backtests) => <BacktestTable backtests={backtests} />}
    </PagedList>
  )
}

export function BacktestsPage() {
  const view = useView('/backtests')
  const navigate = route.useNavigate()
  const { state = 'all', order = DEFAULT_ORDER } = view
  const show = (next: BacktestView) =>
    void navigate({
      search: (now) => readBacktestView({ ...now, ...next }),
      replace: true,
      resetScroll: false,
    })
  return (
    <>
      <PageHeader
        title="Backtests"
        description="States follow the runs as they happen."
        actions={
          <Link to="/backtests/compare" className={buttonClasses()}>
            Compare two
          </Link>
        }
      />
      <div className="mb-4 flex flex-wrap items-end justify-between gap-3">
        <ChoiceButtons
          label="Which backtests"
          options={STATES}
          chosen={state}
          onChoose={(chosen) => show({ state: chosen })}
        />
        <SelectField
          label="Sort by"
          value={order}
          options={ORDERS}
          onValue={(chosen) => show({ order: chosen })}
        />
      </div>
      <List key={`${state} ${order}`} view={view} />
    </>
  )
}
