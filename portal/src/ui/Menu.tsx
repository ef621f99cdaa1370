import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react'
import { classes } from './classes'

interface Item {
  label: ReactNode
  onSelect: () => void
  isChosen?: boolean
}

interface Props {
  /** What the button shows; `label` says what it is for. */
  button: ReactNode
  label: string
  items: Item[]
  isAbove?: boolean
  className?: string
}

/** A button with a list of things to do. Arrows move, Escape and a press elsewhere close it (popover). */
export function Menu({ button, label, items, isAbove, className }: Props) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)

  function place(open: boolean) {
    setOpen(open)
    const menu = list.current
    const box = opener.current?.getBoundingClientRect()
    if (!open || !menu || !box) return
    const left = Math.max(8, Math.min(box.left, innerWidth - menu.offsetWidth - 8))
    menu.style.left = `${left}px`
    menu.style.top = isAbove ? 'auto' : `${box.bottom + 6}px`
    menu.style.bottom = isAbove ? `${innerHeight - box.top + 6}px` : 'auto'
    menu.querySelector<HTMLElement>('[role=menuitem]')?.focus()
  }

  function move(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const all = [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]
    const at = all.indexOf(document.activeElement as HTMLElement)
    all[(at + step + all.length) % all.length]?.focus()
  }

  return (
    <>
      <button
        ref={opener}
        type="button"
        popoverTarget={id}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        className={classes('rounded-control px-2.5 py-2 text-soft hover:bg-raised hover:text-ink', className)}
      >
        <span className="sr-only">{label} </span>
        {button}
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        onKeyDown={move}
        onToggle={(event) => place(event.newState === 'open')}
        className="fixed min-w-[200px] rounded-card border border-line bg-surface p-1.5 shadow-pop"
      >
        {items.map((item, index) => (
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: the list is what it is for as long as it is open
            key={index}
            type="button"
            role="menuitem"
            onClick={() => {
              list.current?.hidePopover()
              item.onSelect()
            }}
            className={classes(
              'flex w-full items-center gap-2.5 rounded-control px-3 py-2 text-left hover:bg-raised focus-visible:bg-raised',
              item.isChosen && 'font-semibold text-link',
            )}
          >
            {item.label}
          </button>
        ))}
      </div>
    </>
  )
}
