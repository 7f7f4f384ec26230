/** Fields of a form's draft: each shows what is typed under its name, and the problem that was placed there. */
import type { ComponentProps } from 'react'
import { SelectField, TextField } from './Field'

/** What a group of fields needs of its form. */
export interface DraftProps<Draft> {
  draft: Draft
  problems: Readonly<Record<string, string>>
  onDraft: (change: Partial<Draft>) => void
}

type Looks = 'label' | 'hint' | 'suffix' | 'className' | 'inputMode' | 'required'

interface DraftFieldProps<Name extends string>
  extends DraftProps<Readonly<Record<Name, string>>>,
    Pick<ComponentProps<typeof TextField>, Looks> {
  name: Name
}

/** A field for text. */
export function DraftField<Name extends string>(props: DraftFieldProps<Name>) {
  const { draft, problems, onDraft, name, ...rest } = props
  return (
    <TextField
      {...rest}
      autoComplete="off"
      name={name}
      value={draft[name]}
      problem={problems[name]}
      onText={(text) => onDraft({ [name]: text } as Record<Name, string>)}
    />
  )
}

type NumberFieldProps<Name extends string> = Omit<DraftFieldProps<Name>, 'inputMode' | 'required'> & {
  optional?: boolean
}

/** A field for a number, needed unless it is optional. */
export function NumberField<Name extends string>({ optional = false, ...rest }: NumberFieldProps<Name>) {
  return <DraftField<Name> {...rest} inputMode="decimal" required={!optional} />
}

interface ChoiceFieldProps<Name extends string, Draft extends Readonly<Record<Name, string>>>
  extends DraftProps<Draft> {
  name: Name
  label: string
  hint?: string | undefined
  className?: string
  options: readonly { value: Draft[Name]; label: string }[]
}

/** A field for one of a few choices. */
export function ChoiceField<Name extends string, Draft extends Readonly<Record<Name, string>>>(
  props: ChoiceFieldProps<Name, Draft>,
) {
  const { draft, problems, onDraft, name, ...rest } = props
  return (
    <SelectField<Draft[Name]>
      {...rest}
      value={draft[name]}
      problem={problems[name]}
      onValue={(value) => onDraft({ [name]: value } as unknown as Partial<Draft>)}
    />
  )
}
