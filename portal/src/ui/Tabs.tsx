import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react'
import { classes } from './classes'

interface Tab<Key extends string> {
  key: Key
  label: ReactNode
}

interface Props<Key extends string> {
  label: string
  tabs: readonly Tab<Key>[]
  chosen: Key
  onChoose: (key: Key) => void
  children: ReactNode
}

/** Several views of one thing (WAI-ARIA tabs): arrows move among them. */
export function Tabs<Key extends string>({ label, tabs, chosen, onChoose, children }: Props<Key>) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)

  function move(event: KeyboardEvent) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const at = tabs.findIndex((each) => each.key === chosen)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    if (!next) return
    onChoose(next.key)
    list.current?.querySelector<HTMLElement>(`[data-key="${next.key}"]`)?.focus()
  }

  return (
    <>
      <div
        ref={list}
        role="tablist"
        aria-label={label}
        onKeyDown={move}
        className="mb-5 flex gap-1 overflow-x-auto border-b border-line"
      >
        {tabs.map((each) => (
          <button
            key={each.key}
            data-key={each.key}
            id={`${id}-${each.key}`}
            type="button"
            role="tab"
            aria-selected={each.key === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={each.key === chosen ? 0 : -1}
            onClick={() => onChoose(each.key)}
            className={classes(
              '-mb-px border-b-2 px-3.5 py-2.5 font-semibold whitespace-nowrap transition-colors',
              each.key === chosen ? 'border-brand text-ink' : 'border-transparent text-soft hover:text-ink',
            )}
          >
            {each.label}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${chosen}`}>
        {children}
      </div>
    </>
  )
}
