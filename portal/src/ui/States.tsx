import type { ReactNode } from 'react'
import { Button } from './Button'
import { classes } from './classes'
import { Icon, type IconName } from './Icon'

/** Where something will be in a moment. */
export function Skeleton({ className = 'h-4 w-full' }: { className?: string }) {
  return (
    <span aria-hidden="true" className={classes('block animate-shimmer rounded-md bg-raised', className)} />
  )
}

/** Lines of a list that is on its way; `label` is told to who does not see it. */
export function SkeletonRows({ label, rows = 5 }: { label: string; rows?: number }) {
  return (
    <div role="status" aria-label={label} className="grid gap-3">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing is in them
        <Skeleton key={index} className="h-11 w-full" />
      ))}
    </div>
  )
}

/** Nothing is here yet, and what to do about it. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  icon: IconName
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="grid justify-items-center gap-2 px-6 py-12 text-center">
      <span className="mb-2 grid size-14 place-items-center rounded-full bg-brand-soft text-link">
        <Icon name={icon} className="size-7" />
      </span>
      <h2 className="text-lg font-semibold">{title}</h2>
      {children && <p className="max-w-[48ch] text-soft">{children}</p>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  )
}

/** It did not work, why, and how to try again. */
export function Problem({
  title,
  message,
  retry,
  onRetry,
}: {
  title: string
  message?: ReactNode
  retry?: string
  onRetry?: () => void
}) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-3 rounded-card border border-bad/40 bg-bad-soft px-4 py-3 text-bad"
    >
      <Icon name="warning" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{title}</p>
        {message && <p className="text-[14px]">{message}</p>}
      </div>
      {onRetry && (
        <Button isSmall onClick={onRetry}>
          {retry}
        </Button>
      )}
    </div>
  )
}
