/** Takes one file: dropped on it, or picked with a press. */
import { type DragEvent, useId, useState } from 'react'
import { classes } from '@/lib/classes'

interface DropZoneProps {
  label: string
  hint: string
  /** File name endings, as a picker takes them. */
  accept: string
  disabled: boolean
  onFile: (file: File) => void
}

export function DropZone({ label, hint, accept, disabled, onFile }: DropZoneProps) {
  const id = useId()
  const [over, setOver] = useState(false)
  const onDrag = (inside: boolean) => (event: DragEvent) => {
    event.preventDefault()
    setOver(inside && !disabled)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the pointer; the field inside is for everybody
    <div
      onDragEnter={onDrag(true)}
      onDragOver={onDrag(true)}
      onDragLeave={onDrag(false)}
      onDrop={(event) => {
        onDrag(false)(event)
        const [file] = event.dataTransfer.files
        if (file && !disabled) onFile(file)
      }}
      className={classes(
        'relative rounded-lg border-2 border-dashed px-4 py-8 text-center transition-colors',
        'focus-within:border-accent',
        over ? 'border-accent bg-accent-soft' : 'border-line-strong',
        disabled && 'opacity-55',
      )}
    >
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <p id={`${id}-hint`} className="mt-1 text-sm text-muted">
        {hint}
      </p>
      <input
        id={id}
        type="file"
        accept={accept}
        disabled={disabled}
        aria-describedby={`${id}-hint`}
        className="absolute inset-0 cursor-pointer opacity-0 disabled:cursor-not-allowed"
        onChange={(event) => {
          const file = event.target.files?.[0]
          // The same file picked again is a new question: it may have been mended.
          event.target.value = ''
          if (file) onFile(file)
        }}
      />
    </div>
  )
}
