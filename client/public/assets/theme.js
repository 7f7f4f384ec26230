// Runs before the first paint, so that a chosen theme does not flash. See src/lib/theme.ts.
try {
  const theme = localStorage.getItem('titan:theme')
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme
} catch {
  // Storage may be forbidden; the system's theme is used then.
}
