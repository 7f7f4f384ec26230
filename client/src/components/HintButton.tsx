/** A word with more to say: on hover, focus or tap; over everything, so that no table cuts it off. */
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'

const WIDTH = 320
const EDGE = 8

interface Place {
  left: number
  top?: number
  bottom?: number
}

/** Below the word, or above it where below there is less room. */
function placeAt(box: DOMRect): Place {
  const left = Math.max(
    EDGE,
    Math.min(box.left, window.innerWidth - Math.min(WIDTH, window.innerWidth) - EDGE),
  )
  return box.bottom > window.innerHeight * 0.6
    ? { left, bottom: window.innerHeight - box.top + 4 }
    : { left, top: box.bottom + 4 }
}

interface HintButtonProps {
  label: string
  hint: ReactNode
  children: ReactNode
}

export function HintButton({ label, hint, children }: HintButtonProps) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const [place, setPlace] = useState<Place>()
  const show = () => button.current && setPlace(placeAt(button.current.getBoundingClientRect()))
  const hide = () => setPlace(undefined)
  const open = place !== undefined

  useEffect(() => {
    if (!open) return
    // The word may move under the hint: focus itself scrolls what is hidden into view.
    const follow = () => button.current && setPlace(placeAt(button.current.getBoundingClientRect()))
    addEventListener('scroll', follow, { capture: true, passive: true })
    return () => removeEventListener('scroll', follow, { capture: true })
  }, [open])

  return (
    <>
      <button
        ref={button}
        type="button"
        className="inline-flex min-h-[24px] items-center"
        aria-label={label}
        aria-describedby={open ? id : undefined}
        onPointerEnter={show}
        onPointerLeave={hide}
        onFocus={show}
        onBlur={hide}
        onClick={show}
        onKeyDown={(event: KeyboardEvent) => {
          if (event.key === 'Escape') hide()
        }}
      >
        {children}
      </button>
      {place && (
        <div
          id={id}
          role="tooltip"
          style={{ ...place, width: `min(${WIDTH}px, calc(100vw - ${2 * EDGE}px))` }}
          className="fixed z-40 rounded-md border border-line-strong bg-surface px-3 py-2 text-left text-sm whitespace-normal shadow-lg"
        >
          {hint}
        </div>
      )}
    </>
  )
}
