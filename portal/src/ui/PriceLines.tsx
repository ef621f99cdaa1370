import type { ReactNode } from 'react'
import { classes } from './classes'

export interface PriceLine {
  key: string
  label: ReactNode
  note?: ReactNode
  amount: string
  /** It takes something off. */
  isOff?: boolean
}

interface Props {
  lines: readonly PriceLine[]
  total: { label: string; amount: string }
  /** A new price is on its way. */
  isStale?: boolean
}

/** How a price comes about, line by line, and what it comes to. Read out when it changes. */
export function PriceLines({ lines, total, isStale }: Props) {
  return (
    <dl
      aria-live="polite"
      aria-busy={isStale || undefined}
      className={classes('grid gap-1.5 text-[14px] transition-opacity', isStale && 'opacity-55')}
    >
      {lines.map((line) => (
        <div key={line.key} className="flex items-baseline justify-between gap-4">
          <dt className={line.isOff ? 'text-good' : 'text-soft'}>
            {line.label}
            {line.note && <span className="block text-[12px]">{line.note}</span>}
          </dt>
          <dd className={classes('tabular-nums whitespace-nowrap', line.isOff && 'text-good')}>
            {line.amount}
          </dd>
        </div>
      ))}
      <div className="mt-1.5 flex items-baseline justify-between gap-4 border-t border-line pt-3">
        <dt className="font-semibold">{total.label}</dt>
        <dd className="text-[20px] font-bold tabular-nums whitespace-nowrap">{total.amount}</dd>
      </div>
    </dl>
  )
}
