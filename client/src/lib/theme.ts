/** The theme: the system's, or the user's choice, which is kept. public/assets/theme.js applies it before paint. */

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'titan:theme'
const ORDER: readonly Theme[] = ['system', 'light', 'dark']
const listeners = new Set<() => void>()

/** The theme that was chosen. */
export function chosenTheme(): Theme {
  const chosen = document.documentElement.dataset['theme']
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system'
}

/** Choose a theme, and keep the choice where storage allows. */
export function chooseTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  try {
    if (theme === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, theme)
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  for (const listener of listeners) listener()
}

/** The theme after this one, for a button that goes round. */
export const nextTheme = (theme: Theme): Theme => ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length] ?? 'system'

/** Be told whenever colours may have changed: a choice, or the system turning dark. */
export function onThemeChange(listener: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  listeners.add(listener)
  system.addEventListener('change', listener)
  return () => {
    listeners.delete(listener)
    system.removeEventListener('change', listener)
  }
}

/** A colour of the theme (a custom property's name) as a canvas can use it. */
export function resolveColor(name: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  probe.hidden = true
  document.body.append(probe)
  const color = getComputedStyle(probe).color
  probe.remove()
  return color
}

/** Whether colours are dark now, by choice or by the system. */
export function isDark(): boolean {
  const theme = chosenTheme()
  return theme === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark'
}
