/** Everything a result depends on, for who wants to make it again. */
import { type FragmentOf, readFragment } from 'gql.tada'
import type { ReactNode } from 'react'
import { graphql } from '@/graphql/tada'
import { parameterRows } from './parameters'

export const ManifestFields = graphql(`
  fragment ManifestFields on RunManifest {
    datasets {
      leg
      revision
      contentHash
    }
    codeVersion
    parameters
    seed
    inputHash
    resultHash
  }
`)

function Entry({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="font-mono text-xs break-all">{children}</dd>
    </div>
  )
}

export function ManifestCard({ manifest: masked }: { manifest: FragmentOf<typeof ManifestFields> }) {
  const manifest = readFragment(ManifestFields, masked)
  return (
    <details className="rounded-lg border border-line bg-surface px-4 py-3 text-sm sm:px-5">
      <summary className="w-fit font-medium">Manifest: data, code, parameters, seed</summary>
      <p className="mt-2 text-muted">
        The same input hash gives the same result hash, on any machine and at any time.
      </p>
      <dl className="mt-3 grid gap-3">
        {manifest.datasets.map(({ leg, revision, contentHash }) => (
          <Entry key={`${leg} ${contentHash}`} name={`Data of ${leg.toUpperCase()}, revision ${revision}`}>
            {contentHash}
          </Entry>
        ))}
        <Entry name="Code">{manifest.codeVersion}</Entry>
        <Entry name="Seed">{manifest.seed}</Entry>
        <Entry name="Input hash">{manifest.inputHash}</Entry>
        <Entry name="Result hash">{manifest.resultHash}</Entry>
      </dl>
      <h3 className="mt-4 mb-2 text-xs font-semibold text-muted">Parameters</h3>
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4">
        {parameterRows(manifest.parameters).map(({ name, value }) => (
          <Entry key={name} name={name}>
            {value}
          </Entry>
        ))}
      </dl>
    </details>
  )
}
