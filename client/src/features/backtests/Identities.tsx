/** The hashes that identify a run's data and result, for who wants to reproduce it. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { graphql } from '@/graphql/tada'

export const IdentitiesFields = graphql(`
  fragment IdentitiesFields on Backtest {
    datasetHashes
    resultHash
  }
`)

export function Identities({ backtest }: { backtest: FragmentOf<typeof IdentitiesFields> }) {
  const { datasetHashes, resultHash } = readFragment(IdentitiesFields, backtest)
  const hashes = [
    ...datasetHashes.map((hash, leg) => ({ name: `Data of ${leg === 0 ? 'Y' : 'X'}`, hash })),
    { name: 'Result', hash: resultHash ?? '—' },
  ]
  return (
    <details className="rounded-lg border border-line bg-surface px-4 py-3 text-sm sm:px-5">
      <summary className="w-fit font-medium">Identity of data and result</summary>
      <p className="mt-2 text-muted">Equal inputs on equal data give an equal result, and equal hashes.</p>
      <dl className="mt-2 grid gap-2">
        {hashes.map(({ name, hash }) => (
          <div key={name}>
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="font-mono text-xs break-all">{hash}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
