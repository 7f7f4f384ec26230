/** A small button, and under it what went wrong when it was pressed. */
import type { ComponentProps } from 'react'
import { Button } from './Button'

type ActionButtonProps = Omit<ComponentProps<typeof Button>, 'size'> & { problem: string | undefined }

export function ActionButton({ problem, ...rest }: ActionButtonProps) {
  return (
    <div>
      <Button {...rest} size="small" />
      {problem && (
        <p role="alert" className="mt-1 text-sm whitespace-normal text-loss">
          {problem}
        </p>
      )}
    </div>
  )
}
