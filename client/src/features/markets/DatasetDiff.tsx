/** What two revisions of a series tell differently: how many bars, and which. */
import { useState } from 'react'
import { useQuery } from 'urql'
import { SelectField } from '@/components/Field'
import { Notice } from '@/components/Notice'
import { SkeletonRows } from '@/components/Skeleton'
import { Table, Td, Th, Tr } from '@/components/Table'
import { describeError } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { formatDay } from '@/lib/dates'
import { formatCount } from '@/lib/numbers'
import { barChanges } from './barChanges'

const DatasetDiffQuery = graphql(`
  query DatasetDiff($id: ID!, $other: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Dataset {
        diff(other: $other) {
          added
          removed
          changed
          actionsChanged
          bars {
            time
            before {
              open
              high
              low
              close
              volume
            }
            after {
              open
              high
              low
              close
              volume
            }
          }
        }
      }
    }
  }
`)

interface DatasetDiffProps {
  /** Newest first, at least two. */
  revisions: readonly { id: string; revision: number }[]
}

interface Counts {
  added: number
  removed: number
  changed: number
  actionsChanged: boolean
}

function sentence({ added, removed, changed, actionsChanged }: Counts): string {
  if (added + removed + changed === 0)
    return actionsChanged ? 'The same bars, but other splits or dividends.' : 'Nothing differs.'
  const bars = `${formatCount(changed)} ${changed === 1 ? 'bar' : 'bars'} changed, ${formatCount(added)} added, ${formatCount(removed)} removed`
  return actionsChanged ? `${bars}; splits or dividends differ too.` : `${bars}.`
}

export function DatasetDiff({ revisions }: DatasetDiffProps) {
  const [later, earlier] = revisions
  const [from, setFrom] = useState(earlier?.id ?? '')
  const [to, setTo] = useState(later?.id ?? '')
  const [{ data, error, fetching }] = useQuery({
    query: DatasetDiffQuery,
    variables: { id: from, other: to },
    pause: from === to,
  })
  const diff = from !== to && data?.node?.__typename === 'Dataset' ? data.node.diff : undefined
  const options = revisions.map(({ id, revision }) => ({ value: id, label: `Revision ${revision}` }))
  return (
    <section aria-label="Compare revisions" className="border-t border-line">
      <div className="grid max-w-md grid-cols-2 gap-3 px-4 py-4 sm:px-5">
        <SelectField label="From" value={from} options={options} onValue={setFrom} />
        <SelectField label="To" value={to} options={options} onValue={setTo} />
      </div>
      <div aria-live="polite" className="px-4 pb-4 text-sm sm:px-5">
        {from === to && <p className="text-muted">Choose two revisions.</p>}
        {error && (
          <Notice tone="problem" title="They cannot be compared">
            {describeError(error)}
          </Notice>
        )}
        {diff && <p>{sentence(diff)}</p>}
      </div>
      {from !== to && !diff && fetching && <SkeletonRows rows={2} />}
      {diff && diff.bars.length > 0 && (
        <Table
          label="Bars that differ"
          head={
            <>
              <Th>Bar</Th>
              <Th>What became of it</Th>
            </>
          }
        >
          {diff.bars.map((bar) => (
            <Tr key={bar.time}>
              <Td>{formatDay(bar.time)}</Td>
              <Td className="whitespace-normal!">{barChanges(bar)}</Td>
            </Tr>
          ))}
        </Table>
      )}
    </section>
  )
}
