import { type ReactNode, useEffect, useRef } from 'react'
import { Icon } from './Icon'

interface Props {
  title: string
  isOpen: boolean
  onClose: () => void
  /** The word for closing, for who does not see the cross. */
  closeLabel: string
  children: ReactNode
  actions?: ReactNode
}

/** A question in front of the page. The browser keeps the focus inside, and Escape closes it. */
export function Dialog({ title, isOpen, onClose, closeLabel, children, actions }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    if (isOpen && !element?.open) element?.showModal()
    if (!isOpen && element?.open) element.close()
  }, [isOpen])
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-label={title}
      className="m-auto w-[min(560px,calc(100vw-32px))] rounded-card border border-line bg-surface p-0 shadow-pop open:animate-rise"
    >
      {isOpen && (
        <>
          <header className="flex items-center justify-between gap-4 border-b border-line px-5 py-3.5">
            <h2 className="text-lg font-semibold">{title}</h2>
            <button
              type="button"
              aria-label={closeLabel}
              onClick={() => dialog.current?.close()}
              className="rounded-control p-1.5 text-soft hover:bg-raised hover:text-ink"
            >
              <Icon name="close" />
            </button>
          </header>
          <div className="max-h-[70dvh] overflow-y-auto p-5">{children}</div>
          {actions && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3.5">
              {actions}
            </footer>
          )}
        </>
      )}
    </dialog>
  )
}
