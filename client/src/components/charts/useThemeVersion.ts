/** A number that grows whenever colours may have changed, for canvases to draw anew. */
import { useEffect, useState } from 'react'
import { onThemeChange } from '@/lib/theme'

export function useThemeVersion(): number {
  const [version, setVersion] = useState(0)
  useEffect(() => onThemeChange(() => setVersion((last) => last + 1)), [])
  return version
}
