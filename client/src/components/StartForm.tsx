/** A form that starts long work: a refusal leads to the first wrong field, or is said above the button. */
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react'
import type { PlacedProblems } from '@/lib/problems'
import { Button } from './Button'
import { Problems } from './Problems'

interface StartFormProps {
  label: string
  /** What the button says. */
  action: string
  busy: boolean
  problems: PlacedProblems
  /** Names whose problems no field of the form shows. */
  elsewhere?: readonly string[]
  /** What stands beside the button. */
  aside?: ReactNode
  children: ReactNode
  onStart: () => Promise<void>
}

export function StartForm(props: StartFormProps) {
  const { label, action, busy, problems, elsewhere = [], aside, children, onStart } = props
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (Object.keys(problems.fields).length > 0)
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [problems])
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    void onStart()
  }
  return (
    <form ref={form} noValidate onSubmit={onSubmit} aria-label={label} className="grid gap-5">
      {children}
      <Problems messages={[...elsewhere.flatMap((name) => problems.fields[name] ?? []), ...problems.form]} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button type="submit" look="primary" busy={busy} className="w-full sm:w-fit">
          {busy ? 'Starting…' : action}
        </Button>
        {aside}
      </div>
    </form>
  )
}
