import type { ReactNode } from 'react'
import { classes } from './classes'

interface Props {
  title?: ReactNode
  /** Beside the title: a link, a button, a badge. */
  aside?: ReactNode
  children: ReactNode
  className?: string
}

/** One thing on a page, with its heading. */
export function Card({ title, aside, children, className }: Props) {
  return (
    <section className={classes('min-w-0 rounded-card border border-line bg-surface shadow-card', className)}>
      {title && (
        <header className="flex flex-wrap items-center justify-between gap-3 px-5 pt-4">
          <h2 className="text-[15px] font-semibold">{title}</h2>
          {aside}
        </header>
      )}
      <div className="p-5">{children}</div>
    </section>
  )
}
