/** How long ago something was, in the words of a glance. */

/** An age: "just now", "12 s ago", "3 min ago", "2 h ago", "4 days ago". A clock that is ahead makes nothing negative. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000)
  if (seconds < 2) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  const days = Math.floor(seconds / 86_400)
  return days === 1 ? '1 day ago' : `${days} days ago`
}

/** How long an age stays as it is written: from seconds to minutes. */
export function ageLasts(milliseconds: number): number {
  const age = Math.max(0, milliseconds)
  const unit = age < 60_000 ? 1000 : 60_000
  return unit - (age % unit)
}
