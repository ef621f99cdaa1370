import { useId } from 'react'
import { classes } from './classes'

interface Props {
  legend: string
  name: string
  from: number
  to: number
  /** What the two ends mean. */
  least: string
  most: string
  error?: string | undefined
}

/** A number of a scale: radio buttons in a row, arrows move among them. */
export function Scale({ legend, name, from, to, least, most, error }: Props) {
  const id = useId()
  const values = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  return (
    <fieldset aria-describedby={error ? id : undefined}>
      <legend className="mb-2 text-[14px] font-semibold">{legend}</legend>
      <div className="flex flex-wrap gap-1.5">
        {values.map((value) => (
          <label
            key={value}
            className={classes(
              'grid size-10 cursor-pointer place-items-center rounded-control border border-line bg-ground font-semibold text-soft tabular-nums transition-colors select-none hover:border-soft hover:text-ink',
              'has-checked:border-brand has-checked:bg-brand has-checked:text-on-brand has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-link',
            )}
          >
            <input type="radio" name={name} value={value} required className="sr-only" />
            {value}
          </label>
        ))}
      </div>
      <p
        className="mt-1.5 flex max-w-full justify-between gap-4 text-[12px] text-soft"
        style={{ width: `${values.length * 46 - 6}px` }}
      >
        <span>
          {from} – {least}
        </span>
        <span>
          {to} – {most}
        </span>
      </p>
      {error && (
        <p id={id} className="text-[13px] text-bad">
          {error}
        </p>
      )}
    </fieldset>
  )
}
