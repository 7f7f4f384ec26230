/** A few choices side by side, one of them pressed. */
import { Button } from './Button'

interface ChoiceButtonsProps<T extends string> {
  label: string
  options: readonly { value: T; label: string; title?: string }[]
  chosen: T
  onChoose: (value: T) => void
}

export function ChoiceButtons<T extends string>({ label, options, chosen, onChoose }: ChoiceButtonsProps<T>) {
  return (
    <fieldset className="flex min-w-0 flex-wrap gap-1.5">
      <legend className="sr-only">{label}</legend>
      {options.map(({ value, label: text, title }) => (
        <Button
          key={value}
          size="small"
          look={value === chosen ? 'primary' : 'secondary'}
          aria-pressed={value === chosen}
          title={title}
          onClick={() => onChoose(value)}
        >
          {text}
        </Button>
      ))}
    </fieldset>
  )
}
