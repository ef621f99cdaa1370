export type Theme = 'dark' | 'light'
const KEPT = 'interline-theme'

/** The theme kept from last time, else what the system prefers, else dark. */
export function preferredTheme(): Theme {
  const kept = localStorage.getItem(KEPT)
  if (kept === 'dark' || kept === 'light') return kept
  return matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark'
}

export function wear(theme: Theme): void {
  document.documentElement.dataset.theme = theme
}

/** The other one, from now on. */
export function changeTheme(): void {
  const next = document.documentElement.dataset.theme === 'light' ? 'dark' : 'light'
  localStorage.setItem(KEPT, next)
  wear(next)
}
