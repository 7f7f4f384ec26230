/** A labelled form field with its hint and its problem, tied together for assistive technology. */
import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from 'react'
import { classes } from '@/lib/classes'

export const controlClasses =
  'w-full min-h-10 rounded-md border border-line-strong bg-canvas px-3 text-ink placeholder:text-muted aria-invalid:border-loss disabled:opacity-55'

interface Wiring {
  id: string
  'aria-invalid': true | undefined
  'aria-describedby': string | undefined
}

interface FieldProps {
  label: string
  /** Whether only assistive technology has the label, where the field's place says the same. */
  hideLabel?: boolean
  hint?: ReactNode
  problem?: string | undefined
  className?: string
  children: (wiring: Wiring) => ReactNode
}

export function Field({ label, hideLabel = false, hint, problem, className, children }: FieldProps) {
  const id = useId()
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ')
  return (
    <div className={classes('min-w-0', className)}>
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'mb-1 block text-sm font-medium'}>
        {label}
      </label>
      {children({
        id,
        'aria-invalid': problem ? true : undefined,
        'aria-describedby': described || undefined,
      })}
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-xs text-muted">
          {hint}
        </p>
      )}
      {problem && (
        <p id={`${id}-problem`} role="alert" className="mt-1 text-sm text-loss">
          {problem}
        </p>
      )}
    </div>
  )
}

type Shared = Omit<FieldProps, 'children'>

interface TextFieldProps
  extends Shared,
    Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'className'> {
  onText: (text: string) => void
  suffix?: string
}

/** A field for text, a number or a date. */
export function TextField(props: TextFieldProps) {
  const { label, hideLabel = false, hint, problem, className, onText, suffix, ...rest } = props
  return (
    <Field
      label={label}
      hideLabel={hideLabel}
      hint={hint}
      problem={problem}
      {...(className ? { className } : {})}
    >
      {(wiring) => (
        <div className="relative">
          <input
            {...rest}
            {...wiring}
            className={classes(controlClasses, suffix && 'pr-12')}
            onChange={(event) => onText(event.target.value)}
          />
          {suffix && (
            <span
              aria-hidden="true"
              className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-sm text-muted"
            >
              {suffix}
            </span>
          )}
        </div>
      )}
    </Field>
  )
}

interface SelectFieldProps<T extends string>
  extends Shared,
    Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange' | 'className' | 'value'> {
  value: T
  options: readonly { value: T; label: string }[]
  onValue: (value: T) => void
}

/** A field that offers a few choices. */
export function SelectField<T extends string>(props: SelectFieldProps<T>) {
  const { label, hideLabel = false, hint, problem, className, options, onValue, ...rest } = props
  return (
    <Field
      label={label}
      hideLabel={hideLabel}
      hint={hint}
      problem={problem}
      {...(className ? { className } : {})}
    >
      {(wiring) => (
        <select
          {...rest}
          {...wiring}
          className={controlClasses}
          onChange={(event) => {
            const chosen = options.find((option) => option.value === event.target.value)
            if (chosen) onValue(chosen.value)
          }}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
