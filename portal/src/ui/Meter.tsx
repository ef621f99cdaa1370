import { classes } from './classes'

interface Props {
  /** 0 to 1. */
  value: number
  label: string
  tone?: 'brand' | 'good' | 'warn' | 'bad'
}

const TONES = { brand: 'bg-brand', good: 'bg-good', warn: 'bg-warn', bad: 'bg-bad' }

/** How far something is. */
export function Meter({ value, label, tone = 'brand' }: Props) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100)
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      className="h-2 w-full overflow-hidden rounded-full bg-raised"
    >
      <div
        className={classes('h-full rounded-full transition-[width] duration-500', TONES[tone])}
        style={{ width: `${percent}%` }}
      />
    </div>
  )
}
