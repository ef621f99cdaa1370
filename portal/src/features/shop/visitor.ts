const KEPT = 'interline-visitor'

/** A word for this browser, so that what somebody pays to have shown is not shown to the same person over and over. */
export function visitor(): string {
  const kept = sessionStorage.getItem(KEPT) ?? crypto.randomUUID()
  sessionStorage.setItem(KEPT, kept)
  return kept
}
