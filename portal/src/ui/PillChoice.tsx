import { type ReactNode, useId } from 'react'
import { classes } from './classes'

interface Props {
  legend: string
  hint?: ReactNode
  error?: ReactNode
  options: readonly { value: string; label: string }[]
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
  className?: string
}

/** Any of several, as pills to press; checkboxes for the keyboard and for who hears the page. */
export function PillChoice({ legend, hint, error, options, chosen, onChange, className }: Props) {
  const id = useId()
  const note = error ?? hint
  return (
    <fieldset className={classes('grid gap-2', className)} aria-describedby={note ? id : undefined}>
      <legend className="mb-1.5 text-[13px] font-semibold">{legend}</legend>
      <div className="flex flex-wrap gap-2">
        {options.map(({ value, label }) => (
          <label
            key={value}
            className={classes(
              'cursor-pointer rounded-full border px-3.5 py-1.5 text-[14px] transition-colors select-none has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-link',
              chosen.includes(value)
                ? 'border-brand bg-brand-soft font-semibold text-link'
                : 'border-line bg-ground text-soft hover:border-soft hover:text-ink',
            )}
          >
            <input
              type="checkbox"
              className="sr-only"
              checked={chosen.includes(value)}
              onChange={() =>
                onChange(
                  chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value],
                )
              }
            />
            {label}
          </label>
        ))}
      </div>
      {note && (
        <p id={id} className={classes('text-[13px]', error ? 'text-bad' : 'text-soft')}>
          {note}
        </p>
      )}
    </fieldset>
  )
}
