import { useEffect, useRef, useSyncExternalStore } from 'react'
import { classes } from './classes'
import { Icon } from './Icon'

interface Toast {
  id: number
  text: string
  isProblem: boolean
}

const SHOWN_MS = 6_000
let toasts: readonly Toast[] = []
let last = 0
const listeners = new Set<() => void>()

function become(next: readonly Toast[]) {
  toasts = next
  for (const listener of listeners) listener()
}

/** Tell the person what became of an act, for a few seconds. */
export function toast(text: string, { isProblem = false }: { isProblem?: boolean } = {}): void {
  last += 1
  const id = last
  become([...toasts.slice(-2), { id, text, isProblem }])
  setTimeout(() => become(toasts.filter((each) => each.id !== id)), SHOWN_MS)
}

/** The corner where toasts are; read out as they come. */
export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => toasts,
  )
  const corner = useRef<HTMLDivElement>(null)
  // Shown anew with each, so that it stands in front of a dialog that was opened since.
  useEffect(() => {
    corner.current?.hidePopover?.()
    if (shown.length > 0) corner.current?.showPopover?.()
  }, [shown])
  return (
    <div
      ref={corner}
      popover="manual"
      aria-live="polite"
      className="pointer-events-none fixed right-4 bottom-20 gap-2 overflow-visible border-0 bg-transparent p-0 open:grid lg:bottom-6"
    >
      {shown.map((each) => (
        <p
          key={each.id}
          className={classes(
            'pointer-events-auto flex max-w-[380px] animate-rise items-center gap-2.5 rounded-card border bg-surface px-4 py-3 shadow-pop',
            each.isProblem ? 'border-bad/50 text-bad' : 'border-line',
          )}
        >
          <Icon
            name={each.isProblem ? 'warning' : 'check'}
            className={each.isProblem ? 'size-5' : 'size-5 text-good'}
          />
          {each.text}
        </p>
      ))}
    </div>
  )
}
