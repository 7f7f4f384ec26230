/** A pair's tags: read, add one, remove one. */
import { type FragmentOf, readFragment } from 'gql.tada'
import { type FormEvent, useRef, useState } from 'react'
import { Button } from '@/components/Button'
import { TextField } from '@/components/Field'
import { Problems } from '@/components/Problems'
import { ProblemFields } from '@/graphql/problems'
import { graphql } from '@/graphql/tada'
import { useSubmission } from '@/graphql/useSubmission'

export const PairTagsFields = graphql(`
  fragment PairTagsFields on Pair {
    id
    tags
  }
`)

const TagPair = graphql(
  `
    mutation TagPair($input: TagPairInput!) {
      tagPair(input: $input) {
        __typename
        ... on Pair {
          ...PairTagsFields
        }
        ...ProblemFields
      }
    }
  `,
  [PairTagsFields, ProblemFields],
)

interface TagProps {
  tag: string
  busy: boolean
  onRemove: () => void
}

function Tag({ tag, busy, onRemove }: TagProps) {
  return (
    <li className="inline-flex max-w-full items-center rounded-full bg-raised pl-3 text-sm">
      <span className="truncate">{tag}</span>
      <Button
        look="quiet"
        size="small"
        disabled={busy}
        aria-label={`Remove the tag ${tag}`}
        className="rounded-full"
        onClick={onRemove}
      >
        ×
      </Button>
    </li>
  )
}

export function PairTags({ pair }: { pair: FragmentOf<typeof PairTagsFields> }) {
  const { id, tags } = readFragment(PairTagsFields, pair)
  const { busy, problems, refuse, submit } = useSubmission(TagPair, (data) => data.tagPair, ['tags'])
  const [text, setText] = useState('')
  const form = useRef<HTMLFormElement>(null)
  const write = (next: readonly string[]) => submit({ pairId: id, tags: [...next] })

  const onAdd = async (event: FormEvent) => {
    event.preventDefault()
    const tag = text.trim()
    if (tags.includes(tag)) return refuse({ tags: `It has the tag ${tag} already.` })
    if (await write([...tags, tag])) setText('')
  }
  const onRemove = async (tag: string) => {
    await write(tags.filter((other) => other !== tag))
    // The button that had the focus is gone.
    form.current?.querySelector('input')?.focus()
  }

  return (
    <section aria-label="Tags" className="mb-5 flex flex-wrap items-start gap-x-4 gap-y-2">
      {tags.length > 0 && (
        <ul className="flex min-h-10 min-w-0 flex-wrap items-center gap-2">
          {[...new Set(tags)].map((tag) => (
            <Tag key={tag} tag={tag} busy={busy} onRemove={() => void onRemove(tag)} />
          ))}
        </ul>
      )}
      <form ref={form} onSubmit={(event) => void onAdd(event)} className="flex items-start gap-2">
        <TextField
          label="New tag"
          placeholder="Add a tag"
          hideLabel
          autoComplete="off"
          maxLength={40}
          value={text}
          problem={problems.fields['tags']}
          onText={setText}
        />
        <Button type="submit" busy={busy} disabled={!text.trim()}>
          Add
        </Button>
      </form>
      <Problems messages={problems.form} />
    </section>
  )
}
