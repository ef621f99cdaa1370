import type { ReactNode } from 'react'
import { classes } from './classes'

interface Props<Value extends string> {
  label: string
  options: readonly { value: Value; label: ReactNode }[]
  chosen: readonly Value[]
  onToggle: (value: Value) => void
  isDisabled?: boolean
}

/** Several of several, or one of several, as buttons that stay pressed. */
export function Choices<Value extends string>({
  label,
  options,
  chosen,
  onToggle,
  isDisabled,
}: Props<Value>) {
  return (
    <fieldset disabled={isDisabled} className="flex min-w-0 flex-wrap gap-1.5">
      <legend className="sr-only">{label}</legend>
      {options.map(({ value, label: text }) => {
        const isChosen = chosen.includes(value)
        return (
          <button
            key={value}
            type="button"
            aria-pressed={isChosen}
            onClick={() => onToggle(value)}
            className={classes(
              'min-h-8 rounded-full border px-3 text-[13px] font-semibold transition-colors',
              isChosen
                ? 'border-brand bg-brand-soft text-link'
                : 'border-line text-soft hover:border-soft hover:text-ink',
            )}
          >
            {text}
          </button>
        )
      })}
    </fieldset>
  )
}
