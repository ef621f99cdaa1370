import { useEffect, useState } from 'react'
import { classes } from './classes'
import { clockOf } from './clock'

const SOON_MS = 120_000

interface Props {
  /** The moment it runs to. */
  until: string
  label: string
  className?: string
  onOver?: () => void
}

/** How long something still lasts, second by second. */
export function Countdown({ until, label, className, onOver }: Props) {
  const [now, setNow] = useState(Date.now)
  const left = new Date(until).getTime() - now
  const isOver = left <= 0
  useEffect(() => {
    if (isOver) return
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [isOver])
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is over once
  useEffect(() => {
    if (isOver) onOver?.()
  }, [isOver])
  return (
    <span
      role="timer"
      aria-label={label}
      className={classes('font-semibold tabular-nums', left < SOON_MS && 'text-warn', className)}
    >
      {clockOf(left)}
    </span>
  )
}
