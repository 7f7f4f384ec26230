/** The hashes that identify a scan's data and result, for who wants to reproduce it. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { graphql } from '@/graphql/tada'
import { formatCount } from '@/lib/numbers'

export const ScanIdentitiesFields = graphql(`
  fragment ScanIdentitiesFields on Scan {
    datasetHashes
    resultHash
  }
`)

export function ScanIdentities({ scan }: { scan: FragmentOf<typeof ScanIdentitiesFields> }) {
  const { datasetHashes, resultHash } = readFragment(ScanIdentitiesFields, scan)
  return (
    <details className="rounded-lg border border-line bg-surface px-4 py-3 text-sm sm:px-5">
      <summary className="w-fit font-medium">Identity of data and result</summary>
      <p className="mt-2 text-muted">Equal inputs on equal data give an equal result, and equal hashes.</p>
      <p className="mt-2 text-xs text-muted">Result</p>
      <p className="font-mono text-xs break-all">{resultHash ?? '—'}</p>
      <p className="mt-2 text-xs text-muted">Data of {formatCount(datasetHashes.length)} instruments</p>
      <ul className="max-h-56 overflow-y-auto font-mono text-xs break-all">
        {datasetHashes.map((hash) => (
          <li key={hash}>{hash}</li>
        ))}
      </ul>
    </details>
  )
}
