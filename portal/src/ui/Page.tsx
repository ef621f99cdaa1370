import type { ReactNode } from 'react'

interface Props {
  title: string
  lead?: ReactNode
  /** What one comes here to do. */
  actions?: ReactNode
  children: ReactNode
}

/** A view: its title (the browser's too), what one can do, and the rest. */
export function Page({ title, lead, actions, children }: Props) {
  return (
    <div className="mx-auto w-full max-w-[1240px] animate-rise px-4 py-6 sm:px-6 lg:px-8 lg:py-8">
      <title>{`${title} · Interline`}</title>
      <header className="mb-6 flex flex-wrap items-end justify-between gap-4">
        <div className="min-w-0">
          <h1 className="text-2xl font-bold sm:text-[28px]">{title}</h1>
          {lead && <p className="mt-1.5 max-w-[70ch] text-soft">{lead}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  )
}
