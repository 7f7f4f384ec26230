/** The time, for figures that grow old while one looks at them. */
import { useEffect, useState } from 'react'

/** The time now; told again after as many milliseconds as `lasts` says of it. */
export function useNow(lasts: (now: number) => number): number {
  const [now, setNow] = useState(Date.now)
  const wait = lasts(now)
  useEffect(() => {
    const timer = setTimeout(() => setNow(Date.now()), Math.max(50, wait))
    return () => clearTimeout(timer)
  }, [wait])
  return now
}
