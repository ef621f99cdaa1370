import { classes } from './classes'

export interface Reason {
  key: string
  label: string
  points: number
  /** The most it could have given; null where it may add and take away. */
  weight: number | null
  /** What the points mean, said in full: `12 of 20`. */
  text: string
  /** There was nothing to go by. */
  isUnknown?: boolean
  note?: string
}

/** What a score is made of: a bar for each reason, filled as far as it gave what it could. */
export function ReasonBars({ reasons, isSmall }: { reasons: readonly Reason[]; isSmall?: boolean }) {
  return (
    <ul className={classes('grid', isSmall ? 'gap-2' : 'gap-3')}>
      {reasons.map((reason) => (
        <li key={reason.key} className="grid gap-1">
          <span className="flex flex-wrap items-baseline justify-between gap-x-3 text-[13px]">
            <span className={reason.isUnknown ? 'text-soft' : 'font-medium'}>
              {reason.label}
              {reason.note && <span className="font-normal text-soft"> · {reason.note}</span>}
            </span>
            <span className="text-soft tabular-nums">{reason.text}</span>
          </span>
          <span aria-hidden="true" className="h-1.5 overflow-hidden rounded-full bg-raised">
            <span
              className={classes(
                'block h-full rounded-full transition-[width] duration-500',
                reason.isUnknown ? 'bg-line' : reason.points < 0 ? 'bg-bad' : 'bg-brand',
              )}
              style={{ width: `${share(reason)}%` }}
            />
          </span>
        </li>
      ))}
    </ul>
  )
}

function share({ points, weight }: Reason): number {
  // What may take away as well is shown by its part of the hundred points there are.
  if (weight === null) return Math.min(100, Math.abs(points))
  return weight > 0 ? Math.min(100, Math.max(0, (points / weight) * 100)) : 0
}
