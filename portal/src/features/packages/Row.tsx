import type { ReactNode } from 'react'
import { Icon } from '@/ui/Icon'

interface Props {
  removeLabel: string
  onRemove: () => void
  /** Only where the order counts and it is not the first. */
  up?: { label: string; onUp: () => void }
  children: ReactNode
}

const BUTTON = 'rounded-control p-2 text-soft hover:bg-raised hover:text-ink'

/** One of several things in a form, which can be taken out. */
export function Row({ removeLabel, onRemove, up, children }: Props) {
  return (
    <li className="grid gap-4 rounded-control border border-line bg-ground/40 p-4">
      {children}
      <div className="-mb-1.5 flex justify-end gap-1">
        {up && (
          <button type="button" aria-label={up.label} onClick={up.onUp} className={BUTTON}>
            <Icon name="up" className="size-4" />
          </button>
        )}
        <button type="button" aria-label={removeLabel} onClick={onRemove} className={BUTTON}>
          <Icon name="close" className="size-4" />
        </button>
      </div>
    </li>
  )
}

interface ChipsProps<Value> {
  label: string
  hint?: string
  options: readonly { value: Value; label: string }[]
  chosen: readonly Value[]
  onChoose: (chosen: Value[]) => void
}

/** Several of a few. */
export function Chips<Value extends string | number>({
  label,
  hint,
  options,
  chosen,
  onChoose,
}: ChipsProps<Value>) {
  return (
    <fieldset>
      <legend className="mb-1.5 text-[13px] font-semibold">{label}</legend>
      <div className="flex flex-wrap gap-1.5">
        {options.map((option) => (
          <button
            key={option.value}
            type="button"
            aria-pressed={chosen.includes(option.value)}
            onClick={() =>
              onChoose(
                chosen.includes(option.value)
                  ? chosen.filter((each) => each !== option.value)
                  : [...chosen, option.value],
              )
            }
            className="rounded-full border border-line px-3 py-1 text-[13px] text-soft hover:border-soft aria-pressed:border-brand aria-pressed:bg-brand-soft aria-pressed:font-semibold aria-pressed:text-link"
          >
            {option.label}
          </button>
        ))}
      </div>
      {hint && <p className="mt-1.5 text-[13px] text-soft">{hint}</p>}
    </fieldset>
  )
}
