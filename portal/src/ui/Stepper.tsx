import { useId } from 'react'

interface Props {
  label: string
  /** What the two buttons say, for who does not see the signs. */
  lessLabel: string
  moreLabel: string
  value: number
  least?: number
  most?: number
  onChange: (value: number) => void
  name?: string
}

const BUTTON =
  'grid size-9 place-items-center rounded-control border border-line bg-raised text-lg leading-none hover:border-soft disabled:opacity-45'

/** A small whole number: one more, one fewer, or typed. */
export function Stepper({
  label,
  lessLabel,
  moreLabel,
  value,
  least = 0,
  most = 100,
  onChange,
  name,
}: Props) {
  const id = useId()
  const within = (wanted: number) => Math.min(most, Math.max(least, wanted))
  return (
    <div className="flex items-center justify-between gap-3">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <div className="flex items-center gap-1.5">
        <button
          type="button"
          aria-label={lessLabel}
          disabled={value <= least}
          onClick={() => onChange(within(value - 1))}
          className={BUTTON}
        >
          −
        </button>
        <input
          id={id}
          name={name}
          inputMode="numeric"
          value={value}
          onChange={(event) => onChange(within(Number.parseInt(event.target.value, 10) || 0))}
          className="h-9 w-11 rounded-control border border-line bg-ground text-center tabular-nums"
        />
        <button
          type="button"
          aria-label={moreLabel}
          disabled={value >= most}
          onClick={() => onChange(within(value + 1))}
          className={BUTTON}
        >
          +
        </button>
      </div>
    </div>
  )
}
