import type { ReactNode } from 'react'
import { classes } from './classes'

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'info' | 'brand'

const TONES: Record<Tone, string> = {
  plain: 'bg-raised text-soft',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  brand: 'bg-brand-soft text-link',
}

/** A state in one word. The word says it; the color only helps. */
export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={classes(
        'inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-[12px] font-semibold whitespace-nowrap',
        TONES[tone],
      )}
    >
      {children}
    </span>
  )
}
