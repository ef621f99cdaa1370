/** When what one sees may be old: another tab acted, the tab was away for a while, the network came back. */

const AWAY_MS = 30_000
/** Acts that change nothing one sees: prices and terms that are asked for, what was looked at. */
const QUESTIONS = new Set(['quotePackage', 'cancellationTerms', 'recordInterest'])
const listeners = new Set<() => void>()
const tabs = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('interline')
let leftAt = 0

/** Call `refresh` whenever what one sees may be old; returns how to stop. */
export function onRefresh(refresh: () => void): () => void {
  listeners.add(refresh)
  return () => listeners.delete(refresh)
}

/** Whether an act only asks. */
export function isQuestion(field: string): boolean {
  return QUESTIONS.has(field)
}

/** Tell the other tabs that something changed. */
export function changed(): void {
  tabs?.postMessage('changed')
}

function refreshAll() {
  for (const refresh of listeners) refresh()
}

tabs?.addEventListener('message', refreshAll)
globalThis.addEventListener?.('online', refreshAll)
globalThis.document?.addEventListener('visibilitychange', () => {
  if (document.hidden) leftAt = Date.now()
  else if (leftAt && Date.now() - leftAt > AWAY_MS) refreshAll()
})
