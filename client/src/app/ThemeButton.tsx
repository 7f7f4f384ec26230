/** Goes round the themes: the system's, light, dark. */
import { useSyncExternalStore } from 'react'
import { Button } from '@/components/Button'
import { chooseTheme, chosenTheme, nextTheme, onThemeChange, type Theme } from '@/lib/theme'

const WORDS: Record<Theme, { icon: string; label: string }> = {
  system: { icon: '◐', label: 'System' },
  light: { icon: '☀', label: 'Light' },
  dark: { icon: '☾', label: 'Dark' },
}

export function ThemeButton() {
  const theme = useSyncExternalStore(onThemeChange, chosenTheme)
  const { icon, label } = WORDS[theme]
  const next = WORDS[nextTheme(theme)].label.toLowerCase()
  return (
    <Button
      look="quiet"
      size="small"
      aria-label={`Theme: ${label.toLowerCase()}. Change to ${next}.`}
      title={`Theme: ${label.toLowerCase()}`}
      onClick={() => chooseTheme(nextTheme(theme))}
    >
      <span aria-hidden="true">{icon}</span>
      <span className="sm:sr-only">{label}</span>
    </Button>
  )
}
