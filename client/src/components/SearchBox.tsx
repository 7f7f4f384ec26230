/** A search field that reports after a pause, so that each key is not a request. */
import { useEffect, useRef, useState } from 'react'
import { classes } from '@/lib/classes'
import { controlClasses } from './Field'

const PAUSE_MS = 200

interface SearchBoxProps {
  label: string
  text: string
  onText: (text: string) => void
}

export function SearchBox({ label, text, onText }: SearchBoxProps) {
  const [typed, setTyped] = useState(text)
  const report = useRef(onText)
  report.current = onText

  useEffect(() => setTyped(text), [text])
  useEffect(() => {
    if (typed === text) return
    const timer = setTimeout(() => report.current(typed), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed, text])

  return (
    <input
      type="search"
      aria-label={label}
      placeholder="Symbol or name"
      value={typed}
      className={classes(controlClasses, 'sm:w-64')}
      onChange={(event) => setTyped(event.target.value)}
    />
  )
}
