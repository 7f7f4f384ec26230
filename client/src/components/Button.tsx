/** Buttons, and links that look like them. */
import type { ButtonHTMLAttributes, MouseEvent } from 'react'
import { classes } from '@/lib/classes'

type Look = 'primary' | 'secondary' | 'quiet' | 'danger'

const LOOKS: Record<Look, string> = {
  primary: 'bg-accent text-accent-ink hover:brightness-110 border-transparent',
  secondary: 'bg-surface text-ink border-line-strong hover:bg-raised',
  quiet: 'bg-transparent text-muted border-transparent hover:bg-raised hover:text-ink',
  danger: 'bg-surface text-loss border-loss/50 hover:bg-loss-soft',
}

/** The classes of a button, for links that look like one. */
export const buttonClasses = (look: Look = 'secondary', size: 'normal' | 'small' = 'normal'): string =>
  classes(
    'inline-flex items-center justify-center gap-2 rounded-md border font-medium whitespace-nowrap transition-colors',
    'disabled:opacity-55 aria-disabled:cursor-progress aria-disabled:opacity-55',
    size === 'small' ? 'min-h-8 px-2.5 text-sm' : 'min-h-10 px-4',
    LOOKS[look],
  )

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look
  size?: 'normal' | 'small'
  busy?: boolean
}

const ignore = (event: MouseEvent) => event.preventDefault()

export function Button({
  look = 'secondary',
  size = 'normal',
  busy = false,
  className,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      // Busy, it keeps the focus that a disabled button would lose.
      onClick={busy ? ignore : onClick}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      className={classes(buttonClasses(look, size), className)}
    />
  )
}
