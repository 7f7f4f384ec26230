/** A text field that suggests, usable by keyboard alone (the ARIA combobox pattern with a list). */
import { type KeyboardEvent, useId, useState } from 'react'
import { classes } from '@/lib/classes'
import { controlClasses, Field } from './Field'

export interface Suggestion {
  value: string
  detail: string
}

interface ComboboxProps {
  label: string
  hint?: string
  problem?: string | undefined
  placeholder?: string
  text: string
  suggestions: readonly Suggestion[]
  loading: boolean
  onText: (text: string) => void
}

export function Combobox({
  label,
  hint,
  problem,
  placeholder,
  text,
  suggestions,
  loading,
  onText,
}: ComboboxProps) {
  const listId = useId()
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const current = Math.min(active, suggestions.length - 1)

  const choose = (suggestion: Suggestion) => {
    onText(suggestion.value)
    setOpen(false)
    setActive(-1)
  }
  const move = (step: number) => {
    setOpen(true)
    const count = suggestions.length
    if (count > 0) setActive(((((current < 0 && step < 0 ? 0 : current) + step) % count) + count) % count)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = suggestions[current]
    if (event.key === 'ArrowDown') move(1)
    else if (event.key === 'ArrowUp') move(-1)
    else if (event.key === 'Enter' && open && chosen) choose(chosen)
    else if (event.key === 'Escape' && open) setOpen(false)
    else return
    event.preventDefault()
  }

  return (
    <Field label={label} hint={hint} problem={problem}>
      {(wiring) => (
        <div className="relative">
          <input
            {...wiring}
            role="combobox"
            aria-expanded={open}
            aria-controls={listId}
            aria-autocomplete="list"
            aria-activedescendant={open && current >= 0 ? `${listId}-${current}` : undefined}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            placeholder={placeholder}
            value={text}
            className={classes(controlClasses, 'uppercase placeholder:normal-case')}
            onChange={(event) => {
              onText(event.target.value.toUpperCase())
              setOpen(true)
              setActive(-1)
            }}
            onFocus={() => setOpen(true)}
            onBlur={() => setOpen(false)}
            onKeyDown={onKeyDown}
          />
          <div
            id={listId}
            role="listbox"
            aria-label={label}
            hidden={!open}
            className="absolute z-20 mt-1 max-h-64 w-full min-w-56 overflow-y-auto rounded-md border border-line-strong bg-surface py-1 shadow-lg"
          >
            {suggestions.map((suggestion, index) => (
              <div
                key={suggestion.value}
                id={`${listId}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === current}
                className={classes('flex gap-3 px-3 py-1.5', index === current && 'bg-accent-soft')}
                // Before blur closes the list.
                onPointerDown={(event) => {
                  event.preventDefault()
                  choose(suggestion)
                }}
              >
                <span className="w-16 shrink-0 font-medium">{suggestion.value}</span>
                <span className="truncate text-muted">{suggestion.detail}</span>
              </div>
            ))}
            {suggestions.length === 0 && (
              <p className="px-3 py-1.5 text-sm text-muted">{loading ? 'Searching…' : 'Nothing matches'}</p>
            )}
          </div>
        </div>
      )}
    </Field>
  )
}
